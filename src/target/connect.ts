import { readAwsFiles } from "../aws/client/aws-files.ts";
import { noGateway } from "../aws/client/block-writes.ts";
import {
  type ClientSettings,
  type Clients,
  createClients,
  endpointFor,
  READ_ATTEMPTS,
  requestHandler,
  WRITE_ATTEMPTS,
} from "../aws/client/clients.ts";
import { profileInUse, type SharedCredentials, shareCredentials } from "../aws/client/credentials.ts";
import type { UserAgent } from "../aws/client/user-agent.ts";
import type { ExecVia } from "../aws/ecs-exec/transport.ts";
import { createGateway } from "../aws/gateway.ts";
import { createReads } from "../aws/reads.ts";
import { createSharedLock } from "../aws/ssm/parameter-lock.ts";
import type { Endpoints } from "../domain/aws/endpoints.ts";
import { asPasted } from "../domain/aws/pasted-line.ts";
import { memoise, readOnce } from "../domain/aws/read-once.ts";
import type { AwsReads } from "../domain/aws/reads.ts";
import { clockSkew, type RecordedRequest, took } from "../domain/aws/recorded-request.ts";
import type { ServingShell } from "../domain/container-shell.ts";
import type { Database, Dial } from "../domain/database/database.ts";
import { guardError } from "../domain/error.ts";
import type { RevisionMark } from "../domain/failed-revision.ts";
import type { JournalTableReads } from "../domain/journal-table.ts";
import type { SharedLock } from "../domain/lock.ts";
import { assertRows } from "../domain/migrations/signature.ts";
import type { Network } from "../domain/network.ts";
import type { LostNotice, Notices } from "../domain/notices/notice.ts";
import type { Operation } from "../domain/operation.ts";
import type { Clock, Environment, Gateway } from "../domain/ports.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { HeldText, HeldTexts } from "../domain/secret-source.ts";
import type { ActionServices } from "../domain/services.ts";
import type { SharedLog } from "../domain/shared-log.ts";
import type { StoreAddress } from "../domain/store-address.ts";
import type { Caller, Target, TargetOptions } from "../domain/target.ts";
import { utcTime } from "../domain/time.ts";
import { limitAtLeast } from "../domain/time-limit.ts";
import { createPipelineReads } from "../pipeline/github-actions.ts";
import { createAdminApi } from "../vulcan/admin-api.ts";
import { createClock } from "./clock.ts";
import { dataOf } from "./database-reads.ts";
import { dialThroughTask, noTunnelInDryRun } from "./database-tunnel.ts";
import { type FleetHome, openFleet } from "./fleet.ts";
import { heldTexts } from "./held-texts.ts";
import { keepMigrations, keepRevisions, type ReadKeeper } from "./kept-reads.ts";
import { channelOf, endNoticeOf, prefixOf, shellLine, withNotifications } from "./notifying-gateway.ts";
import { readTimeoutOf } from "./read-timeout.ts";
import type { ResolvedTarget } from "./resolve.ts";
import { schemaOf } from "./schema-reads.ts";
import { openJournalTable, openLog } from "./shared-log.ts";
import { wayOut } from "./way-out.ts";

/** One target, ready to be read. Only its gateway writes to it. */
export interface TargetConnection {
  readonly target: Target;
  /** What `aws` has to be given to be the same caller. */
  readonly profile?: string;
  /** Whose settings the clients read. */
  readonly settingsOf?: string;
  /** Named in each request. An execution puts its id there as soon as it has one. */
  readonly userAgent: UserAgent;
  /** Shared by every client that is made for this target. */
  readonly credentials: SharedCredentials;
  readonly network: Network;
  /** Where requests go, if not to AWS itself: the world that a journal belongs to. */
  readonly endpoint?: string;
  /** The same for each service. */
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly reads: AwsReads;
  /** Other reads of the same target: what they name is kept for completion, as with `reads`. */
  keepReads(reads: AwsReads): AwsReads;
  /** What the reads of the actions may use. Each call reads the target as it is now. */
  readonly services: ActionServices;
  /** The same, but each read is made once: a consistent snapshot for a plan. */
  snapshot(): ActionServices;
  /** The same request as a shell command. */
  awsLine(operation: Operation): string;
  /** A line for the operator's shell, where `aws` knows neither this target's region nor the profile. */
  asPasted(line: string): string;
  /** The one way to write to the target. The only other writes are the shared lock and what a shell runs. */
  readonly gateway: Gateway;
  readonly sharedLock: SharedLock;
  /** The journal that several machines share; absent: this machine's files are all. */
  readonly sharedLog?: SharedLog;
  /** How the table of that journal is set up. */
  readonly journalTable?: JournalTableReads;
  /** Where fleets are kept and carried: beside the shared journal. Absent without one. */
  fleet?(): Promise<FleetHome>;
  /** Tells people of an execution; undefined where no channel is set up. `say` is called once a channel that loses one. */
  notices(say: (lost: LostNotice) => void): Promise<Notices | undefined>;
  /** The identity of the credentials. Rejects if the account is not the pinned one. */
  caller(): Promise<Caller>;
  /** The route to the database; absent if it is this machine's own network. */
  readonly dial: Dial | undefined;
  /** The database that the operator's URL names; undefined if none is set up. */
  database(): Promise<Database | undefined>;
  /** The database's URL and the admin API's token. */
  readonly held: HeldTexts;
  /** The same target, once an operator has said which container is the application's. */
  withContainer(name: string): TargetConnection;
  /** A shell in a serving container of the pinned account. Opening it starts nothing. */
  openShell(): Promise<ServingShell>;
}

export interface ConnectOptions {
  /** Of this program. */
  readonly version: string;
  /** `reading`: every request that is not on the list of reads is refused before it is sent. */
  readonly purpose?: "any" | "reading" | undefined;
  /** The revisions that executions on record here have found bad. */
  failedRevisions?(target: Target, endpoint: string | undefined): Promise<readonly RevisionMark[]>;
  /** Told the action of each read that is sent, as IAM writes it. */
  sent?(action: string): void;
  /** Told which names the reads give, for completion. */
  keeper?(target: Target, endpoint: string | undefined): ReadKeeper;
  /** Those of an earlier connection, so that an MFA code is asked for once. */
  readonly credentials?: SharedCredentials;
}

export function connect(
  resolved: ResolvedTarget,
  options: TargetOptions,
  environment: Environment,
  connectOptions: ConnectOptions,
): TargetConnection {
  limitAtLeast(readTimeoutOf(environment.env));
  const { version, purpose = "any", failedRevisions = async () => [] } = connectOptions;
  const {
    target,
    choice,
    pipeline,
    probes,
    dataTables,
    notices = {},
    journal,
    files,
    endpoints,
    network,
    clock,
  } = resolved;
  const { env, stop } = environment;
  const { region, production } = target;
  const { elsewhere: endpoint } = endpoints;
  const profile = profileInUse({ env, files, choice });
  const credentials = connectOptions.credentials ?? credentialsOf(resolved, environment, version);
  const settingsOf = choice?.name;
  const userAgent: UserAgent = { version };
  const way = wayOut(network);
  const scope = { ...(region && { region }), ...(settingsOf && { profile: settingsOf }) };
  const settings = { ...scope, credentials, endpoints, network, userAgent, requiresAwsEndpoint: production };
  const times = fastestAnswer(connectOptions.sent);
  const reading = createClients({ ...settings, blocksWrites: true, recorder: times }, READ_ATTEMPTS);
  const keeper = connectOptions.keeper?.(target, endpoint);
  const keepReads = (found: AwsReads) => keepRevisions(found, keeper);
  const reads = keepReads(withSource(createReads(reading), credentials));
  const isReading = purpose === "reading";
  const writing = createClients({ ...settings, blocksWrites: isReading }, WRITE_ATTEMPTS);
  const via =
    options.execVia === "plugin" ? byPlugin(writing, { ...settings, profile: profile ?? "" }, env) : undefined;
  let known: Promise<Caller> | undefined;
  const caller = () => {
    known ??= reads.caller().then((answer) => assertAccount(target, answer));
    return known;
  };
  const throughTask = isReading
    ? noTunnelInDryRun
    : dialThroughTask({ target, ecs: reads.ecs, writing, clock, caller });
  const dial = target.databaseVia === "task" ? throughTask : undefined;
  const held = heldTexts(resolved, env, async (setting) => {
    const { secretTexts } = await import("./secret-texts.ts");
    return secretTexts({ secrets: resolved.secrets, target, clients: reading, profile, caller })(setting);
  });
  const services: ActionServices = {
    aws: reads,
    vulcan: createAdminApi(target.adminUrl, held.adminToken, way),
    schema: keepMigrations(
      schemaOf({ target, dial, network, held, stop, file: options.migrationsFile, commit: options.commit }),
      keeper,
    ),
    ...dataOf(held.databaseUrl, env, dial),
    ...channelOf(env, target, endpoint),
    ...endNoticeOf(notices, endpoint),
    ...(pipeline && { pipeline: createPipelineReads(pipeline, env, way) }),
    ...(probes && { reconnects: probes }),
    ...(dataTables && { dataTables }),
    execVia: via === undefined ? "own" : "plugin",
    clockSkew: times.skew,
    failedRevisions: () => failedRevisions(target, endpoint),
    container: (place) => ({
      attach: async (...what) => {
        const { createContainerShell } = await import("../aws/ecs-exec/container-shell.ts");
        return createContainerShell(writing, place, clock, {}, via).attach(...what);
      },
    }),
  };
  const homeOf = ({ profile: name }: StoreAddress): ClientSettings => {
    const other = name === undefined ? resolved : { ...resolved, choice: { name, by: "journal" } };
    const own = name === undefined ? {} : { profile: name, credentials: credentialsOf(other, environment, version) };
    return { ...settings, ...own, blocksWrites: isReading };
  };
  const gateway = isReading
    ? noGateway
    : withNotifications(
        createGateway(writing, clock, { via, assertRows: (rows) => assertRows(rows, services.schema) }),
        env,
        way,
      );
  return {
    target,
    ...(profile === undefined ? {} : { profile }),
    ...(settingsOf === undefined ? {} : { settingsOf }),
    userAgent,
    credentials,
    network,
    ...(endpoint === undefined ? {} : { endpoint }),
    endpoints,
    clock,
    reads,
    keepReads,
    services,
    snapshot: () => ({
      ...services,
      aws: readOnce(reads),
      schema: { ...services.schema, ...memoise({ migrations: services.schema.migrations }) },
    }),
    awsLine: (operation) => asPasted(shellLine(operation, target.region), { profile }),
    asPasted: (line) => asPasted(line, { region: target.region, profile }),
    gateway,
    notices: async (say) => {
      const [{ openNotices }, { readSecretText }] = await Promise.all([
        import("./notices.ts"),
        import("../aws/secrets/value.ts"),
      ]);
      const secret = (arn: string) => readSecretText(writing, arn);
      return openNotices({ settings: notices, env, way, gateway, prefix: prefixOf(endpoint), secret }, say);
    },
    sharedLock: createSharedLock(writing, target),
    ...(journal && sharedAt(journal, homeOf(journal))),
    caller,
    dial,
    database: () => databaseOf(held.databaseUrl, dial, target),
    held,
    withContainer: (container) =>
      connect({ ...resolved, target: { ...target, container } }, options, environment, {
        ...connectOptions,
        credentials,
      }),
    openShell: async () => {
      const [{ openServingShell }] = await Promise.all([import("../aws/ecs-exec/open-shell.ts"), caller()]);
      return openServingShell({ ecs: reads.ecs, writing, via }, target, clock);
    },
  };
}

/** Keeps the answer by which this machine's clock is best compared with AWS's. */
function fastestAnswer(sent?: (action: string) => void) {
  let best: RecordedRequest | undefined;
  return {
    now: createClock({}).now,
    record: (request: RecordedRequest) => {
      sent?.(request.action);
      if (request.serverTime !== undefined && (best === undefined || took(request) < took(best))) best = request;
    },
    skew: () => clockSkew(best === undefined ? [] : [best]),
  };
}

/** What lies in the table of a shared journal. */
const sharedAt = (journal: StoreAddress, home: ClientSettings) => ({
  sharedLog: openLog(journal, home),
  journalTable: openJournalTable(journal, home),
  fleet: () => openFleet(journal, home),
});

/** Loads the SQL code only if a URL is set. */
async function databaseOf(url: HeldText | undefined, dial: Dial | undefined, { migrationLock }: Target) {
  if (url === undefined) return undefined;
  const { openDatabase } = await import("./late-database.ts");
  return openDatabase(url, dial, migrationLock);
}

function credentialsOf(
  { target, choice, files, endpoints, network }: ResolvedTarget,
  { env, note, askHidden }: Environment,
  version: string,
): SharedCredentials {
  return shareCredentials({
    env,
    files,
    reread: () => readAwsFiles(env),
    choice,
    region: target.region,
    askHidden,
    client: async () => ({
      ...endpointFor("sts", endpoints),
      requestHandler: await requestHandler({ network }),
      customUserAgent: `vulcan-ops/${version}`,
    }),
    slow: () => note(noticeSlowCredentials(choice?.name)),
    now: createClock({}).now,
  });
}

/** The caller, with the source of the credentials and when they end. Why there are none is said before what AWS makes of the request. */
export function withSource(reads: AwsReads, { life }: Pick<SharedCredentials, "life">): AwsReads {
  const caller = async (): Promise<Caller> => {
    const { source, endsAt } = await life();
    const until = endsAt === undefined ? "" : `, until ${utcTime(new Date(endsAt).toISOString())}`;
    return { ...(await reads.caller()), source: `${source.text}${until}` };
  };
  return { ...reads, caller };
}

/** A helper may wait for a code or for a touch. The operator must know, because the screen shows nothing else. */
function noticeSlowCredentials(name: string | undefined): string {
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
    ["the same command with --profile NAME, of the right account"],
  );
}
