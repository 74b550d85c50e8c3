import { noGateway } from "../aws/client/block-writes.ts";
import {
  type ClientSettings,
  type Clients,
  createClients,
  READ_ATTEMPTS,
  WRITE_ATTEMPTS,
} from "../aws/client/clients.ts";
import { type Credentials, shareCredentials } from "../aws/client/credentials.ts";
import type { ExecVia } from "../aws/ecs-exec/transport.ts";
import { createGateway } from "../aws/gateway.ts";
import { createReads, remembering, snapshot } from "../aws/reads.ts";
import { createSharedLock } from "../aws/ssm/parameter-lock.ts";
import type { AwsReads } from "../domain/aws/reads.ts";
import type { ServingShell } from "../domain/container-shell.ts";
import type { Database, Dial } from "../domain/database/database.ts";
import { guardError } from "../domain/error.ts";
import type { Mark } from "../domain/failed-revision.ts";
import type { SharedLock } from "../domain/lock.ts";
import { assertRows } from "../domain/migrations/signature.ts";
import type { Operation } from "../domain/operation.ts";
import type { Clock, Environment, Gateway } from "../domain/ports.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { World } from "../domain/services.ts";
import type { Caller, Target, TargetOptions } from "../domain/target.ts";
import { createAdminApi } from "../vulcan/admin-api.ts";
import { dataOf } from "./database-reads.ts";
import { dialNobody, dialThroughTask } from "./database-tunnel.ts";
import { endpointOf } from "./endpoint-override.ts";
import { announcing, channelOf, lineOf } from "./notifying-gateway.ts";
import type { ResolvedTarget } from "./resolve.ts";
import { schemaOf } from "./schema-reads.ts";

/** One target, ready to be read and, by its gateway alone, written. */
export interface TargetConnection {
  readonly target: Target;
  readonly profile?: string;
  /** Of every client that is made for this target. */
  readonly credentials: Credentials;
  /** Where requests go, if not to AWS itself. */
  readonly endpoint?: string;
  readonly clock: Clock;
  readonly reads: AwsReads;
  /** What the reads of the actions may use: the target as it is at each call. */
  readonly services: World;
  /** The same, each thing read once: the consistent picture that a plan is made of. */
  snapshot(): World;
  /** The same request as a line for a shell. */
  awsLine(operation: Operation): string;
  /** The one way to write to the target. Beside it nothing is ever written but the shared lock and what a shell runs. */
  readonly gateway: Gateway;
  readonly sharedLock: SharedLock;
  /** Who asks; rejects where the account or region is not the pinned one. */
  caller(): Promise<Caller>;
  /** The way to the database; absent where it is this machine's own network. */
  readonly dial: Dial | undefined;
  /** The database that the operator's URL names; undefined where none is set up. */
  database(): Promise<Database | undefined>;
  /** A shell in a container that serves, in the pinned account; opening it starts nothing. */
  openShell(): Promise<ServingShell>;
}

export interface ConnectOptions {
  /** `reading`: whatever is not on the list of reads is refused before it leaves, whoever tries. */
  readonly purpose?: "any" | "reading" | undefined;
  /** The revisions that executions on record here have found bad. */
  failedRevisions?(target: Target, endpoint: string | undefined): Promise<readonly Mark[]>;
}

export function connect(
  { target, profile, clock }: ResolvedTarget,
  options: TargetOptions,
  { env, stop, note }: Environment,
  { purpose = "any", failedRevisions = async () => [] }: ConnectOptions,
): TargetConnection {
  const { region, production } = target;
  const endpoint = endpointOf(env);
  const place = { ...(region && { region }), ...(profile && { profile }) };
  const credentials = shareCredentials({ ...place, slow: () => note(waitingFor(profile, env)) });
  const settings = { ...place, credentials, onlyAws: production };
  const reading = createClients({ ...settings, onlyReads: true }, READ_ATTEMPTS);
  const reads = createReads(reading);
  const isReading = purpose === "reading";
  const writing = createClients({ ...settings, onlyReads: isReading }, WRITE_ATTEMPTS);
  const via = options.execVia === "plugin" ? byPlugin(writing, settings, env) : undefined;
  let asked: Promise<Caller> | undefined;
  const caller = () => {
    asked ??= reads.caller().then((found) => assertAccount(target, found));
    return asked;
  };
  const throughTask = isReading ? dialNobody : dialThroughTask({ target, reading, writing, clock, caller });
  const dial = target.databaseVia === "task" ? throughTask : undefined;
  const services: World = {
    aws: reads,
    vulcan: createAdminApi(target.adminUrl, env.VULCAN_ADMIN_TOKEN),
    schema: schemaOf({ target, dial, env, stop, file: options.migrationsFile }),
    ...dataOf(env, dial),
    ...channelOf(env, target, endpoint !== undefined),
    execVia: via === undefined ? "own" : "plugin",
    marks: () => failedRevisions(target, endpoint),
    container: (place) => ({
      attach: async (...what) => {
        const { createContainerShell } = await import("../aws/ecs-exec/container-shell.ts");
        return createContainerShell(writing, place, clock, {}, via).attach(...what);
      },
    }),
  };
  return {
    target,
    ...(profile === undefined ? {} : { profile }),
    credentials,
    ...(endpoint === undefined ? {} : { endpoint }),
    clock,
    reads,
    services,
    snapshot: () => ({
      ...services,
      aws: snapshot(reads),
      schema: { ...services.schema, ...remembering({ migrations: services.schema.migrations }) },
    }),
    awsLine: (operation) => lineOf(operation, target.region),
    gateway: isReading
      ? noGateway
      : announcing(
          createGateway(writing, clock, { via, assertRows: (rows) => assertRows(rows, services.schema) }),
          env,
        ),
    sharedLock: createSharedLock(writing, target),
    caller,
    dial,
    database: () => databaseOf(env, dial),
    openShell: async () => {
      const [{ openServingShell }] = await Promise.all([import("../aws/ecs-exec/open-shell.ts"), caller()]);
      return openServingShell({ ecs: reads.ecs, reading, writing, via }, target, clock);
    },
  };
}

/** SQL loads only where it is set up. */
async function databaseOf({ VULCAN_DATABASE_URL: url }: NodeJS.ProcessEnv, dial: Dial | undefined) {
  if (!url) return undefined;
  const { createDatabase } = await import("../database/database.ts");
  return createDatabase(url, dial);
}

/** A helper may wait for a code or for a touch: an operator who sees nothing happen has to know. */
function waitingFor(profile: string | undefined, { AWS_PROFILE }: NodeJS.ProcessEnv): string {
  const name = profile ?? AWS_PROFILE;
  return name ? `Waiting for credentials of profile ${sanitise(name)} …` : "Waiting for AWS credentials …";
}

function byPlugin(clients: Clients, settings: ClientSettings, env: NodeJS.ProcessEnv): ExecVia {
  return {
    ready: async (place) => {
      const { pluginVia } = await import("../aws/ecs-exec/session-manager-plugin.ts");
      return pluginVia(clients, { ...settings, env }).ready(place);
    },
  };
}

function assertAccount(target: Target, caller: Caller): Caller {
  if (target.account === undefined || target.account === caller.account) return caller;
  throw guardError(
    "account-mismatch",
    `target ${target.name} is pinned to account ${target.account}, and these credentials belong to ${caller.account} (${caller.arn})`,
    ["vulcan-ops … --profile NAME of the right account"],
  );
}
