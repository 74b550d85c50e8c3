import { assertRows } from "../src/actions/down/migration-rows.ts";
import { registry } from "../src/actions/index.ts";
import type { World } from "../src/actions/world.ts";
import { type ClientSettings, type Clients, createClients, READ_ATTEMPTS, WRITE_ATTEMPTS } from "../src/aws/clients.ts";
import { type Credentials, shareCredentials } from "../src/aws/credentials.ts";
import type { ExecVia } from "../src/aws/exec-session/line.ts";
import { noGateway } from "../src/aws/only-reads.ts";
import { type AwsReads, createReads, remembering, snapshot } from "../src/aws/read.ts";
import { createGateway } from "../src/aws/send.ts";
import type { ServingShell } from "../src/aws/serving-shell.ts";
import { createSharedLock, type SharedLock } from "../src/aws/shared-lock.ts";
import type { Dial } from "../src/database/session.ts";
import { guardError } from "../src/domain/error.ts";
import type { Clock, Gateway } from "../src/domain/ports.ts";
import { sanitise } from "../src/domain/sanitise.ts";
import type { Caller, Target } from "../src/domain/target.ts";
import type { Planner } from "../src/engine/engine.ts";
import { createAdminApi } from "../src/vulcan/admin-api.ts";
import { announcing, channelOf, lineOf } from "./announcing.ts";
import { type Context, stateDirOf } from "./context.ts";
import { dataOf } from "./data-reads.ts";
import { endpointOf } from "./endpoint.ts";
import { type Given, textOf } from "./given.ts";
import { marksHere } from "./marks.ts";
import type { Place } from "./place.ts";
import { schemaOf } from "./schema-reads.ts";
import { remark } from "./surface.ts";
import { dialNobody, dialThroughTask } from "./tunnel.ts";

/** One target, ready to be looked at. */
export interface Site {
  readonly target: Target;
  readonly profile?: string;
  /** Of every client that is made for this target. */
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly reads: AwsReads;
  readonly planner: Planner<World>;
  /** The one way to write to the target. Beside it nothing is ever written but the shared lock and what a shell runs. */
  readonly gateway: Gateway;
  readonly sharedLock: SharedLock;
  /** Who asks; rejects where the account or region is not the pinned one. */
  caller(): Promise<Caller>;
  /** The way to the database; absent where it is this machine's own network. */
  readonly dial: Dial | undefined;
  /** A shell in a container that serves, in the pinned account; opening it starts nothing. */
  openShell(): Promise<ServingShell>;
}

/** Opened for reading, whatever is not on the list of reads is refused before it leaves, whoever tries. */
export function makeSite(
  { target, profile, clock }: Place,
  given: Given,
  context: Context,
  purpose: "any" | "reading" = "any",
): Site {
  const { region, production } = target;
  const place = { ...(region && { region }), ...(profile && { profile }) };
  const credentials = shareCredentials({ ...place, slow: () => remark(waitingFor(profile, context), given, context) });
  const settings = { ...place, credentials, onlyAws: production };
  const reading = createClients({ ...settings, onlyReads: true }, READ_ATTEMPTS);
  const reads = createReads(reading);
  const vulcan = createAdminApi(target.adminUrl, context.env.VULCAN_ADMIN_TOKEN);
  const isReading = purpose === "reading";
  const writing = createClients({ ...settings, onlyReads: isReading }, WRITE_ATTEMPTS);
  const via = textOf(given, "exec-via") === "plugin" ? byPlugin(writing, settings, context.env) : undefined;
  let asked: Promise<Caller> | undefined;
  const caller = () => {
    asked ??= reads.caller().then((found) => assertAccount(target, found));
    return asked;
  };
  const throughTask = isReading ? dialNobody : dialThroughTask({ target, reading, writing, clock, caller });
  const dial = target.databaseVia === "task" ? throughTask : undefined;
  const world: World = {
    aws: reads,
    vulcan,
    schema: schemaOf(target, given, context, dial),
    ...dataOf(context, dial),
    ...channelOf(context.env, target, endpointOf(context.env) !== undefined),
    execVia: via === undefined ? "own" : "plugin",
    marks: () => marksHere(stateDirOf(given, context), target, endpointOf(context.env)),
    container: (place) => ({
      attach: async (...what) => {
        const { createContainerShell } = await import("../src/aws/exec-session/shell.ts");
        return createContainerShell(writing, place, clock, {}, via).attach(...what);
      },
    }),
  };
  return {
    target,
    ...(profile === undefined ? {} : { profile }),
    credentials,
    clock,
    reads,
    planner: {
      registry,
      target,
      clock,
      world,
      snapshot: () => ({
        ...world,
        aws: snapshot(reads),
        schema: { ...world.schema, ...remembering({ migrations: world.schema.migrations }) },
      }),
      awsLine: (operation) => lineOf(operation, target.region),
    },
    gateway: isReading
      ? noGateway
      : announcing(
          createGateway(writing, clock, { via, assertRows: (rows) => assertRows(rows, world.schema) }),
          context.env,
        ),
    sharedLock: createSharedLock(writing, target),
    caller,
    dial,
    openShell: async () => {
      const [{ openServingShell }] = await Promise.all([import("../src/aws/serving-shell.ts"), caller()]);
      return openServingShell({ ecs: reads.ecs, reading, writing, via }, target, clock);
    },
  };
}

/** A helper may wait for a code or for a touch: who sees nothing happen has to know. */
function waitingFor(profile: string | undefined, { env }: Context): string {
  const name = profile ?? env.AWS_PROFILE;
  return name ? `Waiting for credentials of profile ${sanitise(name)} …` : "Waiting for AWS credentials …";
}

function byPlugin(clients: Clients, settings: ClientSettings, env: NodeJS.ProcessEnv): ExecVia {
  return {
    ready: async (place) => {
      const { pluginVia } = await import("../src/aws/exec-session/plugin.ts");
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
