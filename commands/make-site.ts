import { assertRows } from "../src/actions/down/migration-rows.ts";
import { registry } from "../src/actions/index.ts";
import type { World } from "../src/actions/world.ts";
import { type ClientSettings, type Clients, createClients, READ_ATTEMPTS, WRITE_ATTEMPTS } from "../src/aws/clients.ts";
import type { ExecVia } from "../src/aws/exec-session/line.ts";
import { noGateway } from "../src/aws/only-reads.ts";
import { type AwsReads, createReads, remembering, snapshot } from "../src/aws/read.ts";
import { createGateway } from "../src/aws/send.ts";
import type { ServingShell } from "../src/aws/serving-shell.ts";
import { createSharedLock, type SharedLock } from "../src/aws/shared-lock.ts";
import { resolveTarget } from "../src/config/load.ts";
import { guardError } from "../src/domain/error.ts";
import type { Clock, Gateway } from "../src/domain/ports.ts";
import type { Caller, Target } from "../src/domain/target.ts";
import type { Planner } from "../src/engine/engine.ts";
import { createAdminApi } from "../src/vulcan/admin-api.ts";
import { announcing, channelOf, lineOf } from "./announcing.ts";
import { createClock } from "./clock.ts";
import { type Context, stateDirOf } from "./context.ts";
import { dataOf } from "./data-reads.ts";
import { endpointOf } from "./endpoint.ts";

import { type Given, textOf } from "./given.ts";
import { marksHere } from "./marks.ts";
import { schemaOf } from "./schema-reads.ts";

/** One target, ready to be looked at. */
export interface Site {
  readonly target: Target;
  readonly profile?: string;
  readonly clock: Clock;
  readonly reads: AwsReads;
  readonly planner: Planner<World>;
  /** The one way to write to the target. Beside it nothing is ever written but the shared lock and what a shell runs. */
  readonly gateway: Gateway;
  readonly sharedLock: SharedLock;
  /** Who asks; rejects where the account or region is not the pinned one. */
  caller(): Promise<Caller>;
  /** A shell in a container that serves, in the pinned account; opening it starts nothing. */
  openShell(): Promise<ServingShell>;
}

/**
 * `pinned` is a target that comes from a journal or a rehearsal rather than from flags and files. Opened for reading,
 * whatever is not on the list of reads is refused before it leaves, whoever tries.
 */
export async function makeSite(
  given: Given,
  context: Context,
  pinned?: Target,
  purpose: "any" | "reading" = "any",
): Promise<Site> {
  const { target, profile } = pinned === undefined ? await resolve(given, context) : await stay(pinned, given, context);
  const clock = createClock(context.env);
  assertReal(target, context.env, clock.isSet);
  const settings = { ...(target.region && { region: target.region }), ...(profile && { profile }) };
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
  const world: World = {
    aws: reads,
    vulcan,
    schema: schemaOf(target, given, context),
    ...dataOf(context),
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
    openShell: async () => {
      const [{ openServingShell }] = await Promise.all([import("../src/aws/serving-shell.ts"), caller()]);
      return openServingShell({ ecs: reads.ecs, reading, writing, via }, target, clock);
    },
  };
}

function byPlugin(clients: Clients, settings: ClientSettings, env: NodeJS.ProcessEnv): ExecVia {
  return {
    ready: async (place) => {
      const { pluginVia } = await import("../src/aws/exec-session/plugin.ts");
      return pluginVia(clients, { ...settings, env }).ready(place);
    },
  };
}

type Where = { readonly target: Target; readonly profile?: string };

function resolve(given: Given, { env, cwd }: Context): Promise<Where> {
  return resolveTarget(wishes(given), env, cwd);
}

/** The target is settled; of the files only its profile is asked, and what is wrong with them never blocks a rescue. */
async function stay(target: Target, given: Given, context: Context): Promise<Where> {
  const known = await resolve({ ...given, target: target.name }, context).catch(() => ({}) as Partial<Where>);
  const profile = textOf(given, "profile") ?? known.profile;
  return { target, ...(profile === undefined ? {} : { profile }) };
}

function wishes(given: Given) {
  const [target, region, profile] = ["target", "region", "profile"].map((name) => textOf(given, name));
  return { ...(target && { target }), ...(region && { region }), ...(profile && { profile }) };
}

/** AWS itself is only ever asked by the real clock, and a production target only ever at AWS: no flag lifts this. */
function assertReal(target: Target, env: NodeJS.ProcessEnv, isClockSet: boolean): void {
  const endpoint = endpointOf(env);
  const isForeign = target.production && endpoint !== undefined;
  if (isForeign)
    throw redirected(`target ${target.name} is production, and AWS_ENDPOINT_URL is set`, "AWS_ENDPOINT_URL");
  const isWrongTime = isClockSet && (target.production || endpoint === undefined);
  if (isWrongTime)
    throw redirected(`VULCAN_OPS_CLOCK is set, and ${target.name} is asked at AWS itself`, "VULCAN_OPS_CLOCK");
}

function redirected(message: string, variable: string): Error {
  return guardError("production-redirected", message, [`unset ${variable}`]);
}

function assertAccount(target: Target, caller: Caller): Caller {
  if (target.account === undefined || target.account === caller.account) return caller;
  throw guardError(
    "account-mismatch",
    `target ${target.name} is pinned to account ${target.account}, and these credentials belong to ${caller.account} (${caller.arn})`,
    ["vulcan-ops … --profile NAME of the right account"],
  );
}
