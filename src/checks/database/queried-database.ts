import type { Instance } from "../../domain/aws/rds.ts";
import { type DatabaseAddress, serverNotes } from "../../domain/database/server.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { block, counted, ok, warn } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { SqlList } from "../../domain/migrations/reads.ts";
import type { Finding } from "../../domain/operation.ts";
import { SECRET_VARIABLES } from "../../domain/secret-source.ts";
import type { ActionServices } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import { utcTime } from "../../domain/time.ts";

/** The evidence for whether SQL reads the target's own database. */
export interface QueriedDatabase {
  readonly name: string;
  /** The variable or the setting that names the database. */
  readonly setBy: string;
  /** An error: the secret that names it cannot be read, so that SQL is not asked. */
  readonly address: DatabaseAddress | OpsError;
  /** Undefined where the account has no instance of that name. */
  readonly instance: Instance | Error | undefined;
  readonly bySql: SqlList | Error;
  readonly byApi: readonly AppliedMigration[] | Error;
}

/** All sources at once; undefined where SQL is not set up. */
export async function readQueriedDatabase(
  {
    schema: { sql },
    aws,
    vulcan,
  }: Pick<ActionServices, "schema" | "vulcan"> & { readonly aws: Pick<ActionServices["aws"], "rds"> },
  { database: name }: Target,
): Promise<QueriedDatabase | undefined> {
  if (sql === undefined) return undefined;
  const [address, instance, bySql, byApi] = await Promise.all([
    sql.address().catch(unlessMistyped),
    aws.rds.instance(name).catch(asError),
    sql.listed().catch(asError),
    vulcan.migrations().catch(asError),
  ]);
  return { name, setBy: sql.setBy ?? VARIABLE, address, instance, bySql, byApi };
}

const VARIABLE = SECRET_VARIABLES.databaseUrlFrom;

/** A variable is corrected in the same shell. What AWS does not give stops no rescue. */
function unlessMistyped(error: unknown): OpsError {
  if (error instanceof OpsError && error.exitCode !== EXIT.usage) return error;
  throw error;
}

const asError = (error: Error): Error => error;

/** Which database SQL reads, by its address and by its list of migrations. A contradiction with the target blocks. */
export function queriedDatabaseFindings(queried: QueriedDatabase | undefined): Finding[] {
  return queried === undefined ? [] : [addressFindings(queried), ...migrationListFindings(queried)];
}

const ELSEWHERE = [
  "export VULCAN_DATABASE_URL='postgres://…' with the address of the target's database",
  "or, to go without SQL: unset VULCAN_DATABASE_URL",
];

const OTHER_SECRET = (setBy: string): readonly string[] => [
  "vulcan-ops config",
  `put the ARN of a secret with the address of the target's database into ${setBy}, or remove ${setBy}`,
];

const elsewhere = (setBy: string): readonly string[] => (setBy === VARIABLE ? ELSEWHERE : OTHER_SECRET(setBy));

function addressFindings(queried: QueriedDatabase): Finding {
  const { name, address, bySql, setBy } = queried;
  if (address instanceof OpsError)
    return warn("database-secret", `SQL is not asked: ${address.message}`, address.detail.next ?? []);
  const notes = bySql instanceof Error ? [] : serverNotes(bySql.server);
  const where = [`SQL is asked at ${addressText(address)}`, ...notes].join(", ");
  const proof = isSameDatabase(queried, address);
  if (proof.kind === "another") return block("database-another", `${where}: ${proof.how}`, elsewhere(setBy));
  if (proof.kind === "unproven")
    return warn("database-unproven", `${where}: not proven to be ${name}'s database (${proof.how})`, [itself(queried)]);
  if (notes.length > 0) return warn("database-lent", `${where}: ${proof.how}`, [itself(queried)]);
  return ok("database-asked", `${where}: ${proof.how}`);
}

function itself({ instance, setBy }: QueriedDatabase): string {
  const { host = "HOST", port = 5432 } = (instance instanceof Error ? undefined : instance?.endpoint) ?? {};
  if (setBy !== VARIABLE) return `put a URL with ${host}:${port} into the secret of ${setBy}`;
  return `export VULCAN_DATABASE_URL='postgres://USER:PASSWORD@${host}:${port}/DATABASE?sslmode=verify-full'`;
}

const addressText = ({ host, port, database }: DatabaseAddress): string => `${host}:${port}/${database}`;

interface SameDatabase {
  readonly kind: "own" | "another" | "unproven";
  readonly how: string;
}

/** An RDS instance's own name, in any partition. Those of clusters and proxies have a hyphen in the second part. [D] */
const INSTANCE_NAME = /^([a-z][a-z0-9-]*)\.[a-z0-9]+\.(?:[a-z0-9-]+\.rds|rds\.[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

function isSameDatabase({ name, instance }: QueriedDatabase, address: DatabaseAddress): SameDatabase {
  if (instance instanceof Error) return { kind: "unproven", how: instance.message };
  if (instance?.endpoint === undefined)
    return { kind: "unproven", how: instance === undefined ? `there is no ${name}` : `${name} has no address` };
  const { endpoint, replicas } = instance;
  const host = bare(address.host);
  const own = `${name} is at ${endpoint.host}:${endpoint.port}`;
  if (host === bare(endpoint.host) && address.port === endpoint.port) return { kind: "own", how: `${name}'s address` };
  const other = INSTANCE_NAME.exec(host)?.[1];
  if (other === undefined || host === bare(endpoint.host)) return { kind: "unproven", how: own };
  if (replicas.some((replica) => replica.split(":").at(-1) === other))
    return { kind: "unproven", how: `it is the replica ${other}; ${own}` };
  return { kind: "another", how: `the address of another instance; ${own}` };
}

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, "");

/** How far the times of one row may differ between two sources that write them in different ways. */
const ROUNDING_MS = 1000;

function migrationListFindings({ address, bySql, byApi, setBy }: QueriedDatabase): Finding[] {
  if (byApi instanceof Error || address instanceof OpsError) return [];
  const isAbsent = bySql instanceof OpsError && bySql.detail.code === "table-absent";
  if (bySql instanceof Error && !isAbsent) return [];
  const rows = bySql instanceof Error ? [] : bySql.applied;
  const difference = firstDifference(byApi, rows);
  if (difference === undefined) return [];
  const text = `the admin API lists ${summed(byApi)}, SQL at ${addressText(address)} ${summed(rows)}: ${difference}`;
  return [block("databases-differ", text, ["vulcan-ops migrate status --from api", ...elsewhere(setBy)])];
}

function summed(list: readonly AppliedMigration[]): string {
  const newest = Math.max(0, ...list.map(({ version }) => version));
  return `${counted(list.length, "migration")}${newest === 0 ? "" : `, newest ${newest}`}`;
}

function firstDifference(api: readonly AppliedMigration[], sql: readonly AppliedMigration[]): string | undefined {
  const versions = [...new Set([...api, ...sql].map(({ version }) => version))].sort((a, b) => b - a);
  const texts = versions.map((version) => {
    const [one, other] = [api, sql].map((list) => list.find((row) => row.version === version));
    if (one === undefined || other === undefined) return `${version} is in one of them only`;
    return sameTime(one, other) ? undefined : `${version} was applied at ${timeOf(one)}, and at ${timeOf(other)}`;
  });
  return texts.find((text) => text !== undefined);
}

/** A time without a zone proves nothing here. */
function sameTime(one: AppliedMigration, other: AppliedMigration): boolean {
  if (one.isZoneAssumed || other.isZoneAssumed || !one.appliedAt || !other.appliedAt) return true;
  return Math.abs(Date.parse(one.appliedAt) - Date.parse(other.appliedAt)) <= ROUNDING_MS;
}

const timeOf = ({ appliedAt = "" }: AppliedMigration): string => utcTime(appliedAt);
