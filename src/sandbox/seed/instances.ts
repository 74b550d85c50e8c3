import { createHash } from "node:crypto";
import { SECURITY_GROUPS } from "../ec2/network.ts";
import { restorePostgres } from "../postgres/restore.ts";
import { CONNECTIONS, type PostgresServer } from "../postgres/server.ts";
import { SUBNET_GROUPS } from "../rds/create-rds.ts";
import type { DbInstance, ServerOnDemand, Settings } from "../rds/model.ts";
import { ENGINE_VERSION, PRODUCTION_PARAMETERS } from "../rds/parameters.ts";
import { addressOf, connectAddress, onDemand, ready } from "../rds/servers.ts";
import { DATABASE, MASTER } from "../rds/views.ts";
import { DAYS, MINUTES, type Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";
import { rewindDatabase } from "./database.ts";
import { NAME } from "./network.ts";

/** The settings of production. As few as possible equal what a restore chooses by default. */
const settingsOf = (world: World): Settings => ({
  DBInstanceClass: "db.m7g.large",
  EngineVersion: ENGINE_VERSION,
  AllocatedStorage: 100,
  StorageType: "gp2",
  Iops: undefined,
  StorageThroughput: undefined,
  MaxAllocatedStorage: 500,
  MultiAZ: true,
  AvailabilityZone: `${world.region}a`,
  PubliclyAccessible: false,
  DeletionProtection: true,
  IAMDatabaseAuthenticationEnabled: true,
  EnabledCloudwatchLogsExports: ["postgresql", "upgrade"],
  CACertificateIdentifier: "rds-ca-ecc384-g1",
  BackupRetentionPeriod: 7,
  PreferredBackupWindow: "03:10-03:40",
  PreferredMaintenanceWindow: "sun:04:00-sun:04:30",
  CopyTagsToSnapshot: true,
  AutoMinorVersionUpgrade: true,
  MonitoringInterval: 60,
  MonitoringRoleArn: `arn:aws:iam::${world.account}:role/rds-monitoring-role`,
  PerformanceInsightsEnabled: true,
  PerformanceInsightsRetentionPeriod: 7,
  DatabaseInsightsMode: "standard",
  VpcSecurityGroupIds: [SECURITY_GROUPS.database],
  DBSubnetGroupName: SUBNET_GROUPS.production,
  OptionGroupName: "default:postgres-18",
  DBParameterGroupName: PRODUCTION_PARAMETERS.name,
  KmsKeyId: `arn:aws:kms:${world.region}:${world.account}:key/7d1c5a2e-0b43-4c8f-9a16-3e5f7b2d9c04`,
  MasterUserSecretArn: undefined,
  AssociatedRoles: [`arn:aws:iam::${world.account}:role/vulcan-prod-s3-import`],
  EngineLifecycleSupport: "open-source-rds-extended-support-disabled",
  NetworkType: "IPV4",
  DedicatedLogVolume: false,
});

/** Adds the scenario's instance on the running server, and its neighbours, whose servers start on first use. */
export async function seedInstances(world: World, scenario: Scenario, createdAt: number): Promise<void> {
  const { primary, primaryAddress, endpoints } = world.rds;
  const zero = world.clock.now();
  world.rds.rewind = (server, at) => rewindDatabase(server, DATABASE, scenario, zero, at);
  endpoints.set(NAME, Promise.resolve(primaryAddress));
  await plantOne(world, NAME, createdAt, ready(primary));
  const copied = (): Promise<PostgresServer> =>
    restorePostgres(primary, world.clock.realAt(world.clock.zero), CONNECTIONS);
  for (const name of scenario.rds?.others ?? []) await plantOne(world, name, createdAt, onDemand(world.rds, copied));
}

/** The same in every world, whatever its seed. */
const resourceId = (identifier: string): string =>
  `db-${createHash("sha256").update(identifier).digest("hex").slice(0, 26).toUpperCase()}`;

async function plantOne(world: World, identifier: string, createdAt: number, server: ServerOnDemand): Promise<void> {
  const isFull = world.rds.trouble.storageFull === true && identifier === NAME;
  const now = world.clock.now();
  const instance: DbInstance = {
    identifier,
    resourceId: resourceId(identifier),
    masterUsername: MASTER,
    databaseName: DATABASE,
    createdAt,
    status: isFull ? "storage-full" : "available",
    settings: settingsOf(world),
    parameterStatus: "in-sync",
    pending: {},
    asked: {},
    underway: false,
    tags: [
      { Key: "service", Value: "vulcan" },
      { Key: "cost-centre", Value: "4711" },
    ],
    ...server,
    endpoint: await addressOf(world, identifier),
    restorableFrom: Math.max(createdAt, now - 7 * DAYS),
    // A full instance ships no more of its log. [I]
    restorableUntil: isFull ? now - 20 * MINUTES : undefined,
    initializing: undefined,
    turn: 0,
  };
  world.rds.instances.set(identifier, instance);
  connectAddress(instance);
}
