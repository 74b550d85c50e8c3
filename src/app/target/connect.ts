import { registry } from "../../actions/index.ts";
import { noGateway } from "../../aws/client/block-writes.ts";
import {
  type ClientSettings,
  type Clients,
  createClients,
  READ_ATTEMPTS,
  WRITE_ATTEMPTS,
} from "../../aws/client/clients.ts";
import type { ExecVia } from "../../aws/ecs-exec/transport.ts";
import { createGateway } from "../../aws/gateway.ts";
import { createReads, remembering, snapshot } from "../../aws/reads.ts";
import { createSharedLock } from "../../aws/ssm/parameter-lock.ts";
import { type Given, textOf } from "../../cli/options.ts";
import { type Context, stateDirOf } from "../../cli/process-context.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import type { ServingShell } from "../../domain/container-shell.ts";
import type { Dial } from "../../domain/database/database.ts";
import { guardError } from "../../domain/error.ts";
import type { SharedLock } from "../../domain/lock.ts";
import { assertRows } from "../../domain/migrations/signature.ts";
import type { Clock, Gateway } from "../../domain/ports.ts";
import type { World } from "../../domain/services.ts";
import type { Caller, Target } from "../../domain/target.ts";
import type { Planner } from "../../engine/run.ts";
import { createAdminApi } from "../../vulcan/admin-api.ts";
import { marksHere } from "../execution/failed-revisions.ts";
import { schemaOf } from "../migrations/schema-reads.ts";
import { dataOf } from "./database-reads.ts";
import { dialNobody, dialThroughTask } from "./database-tunnel.ts";
import { endpointOf } from "./endpoint-override.ts";
import { announcing, channelOf, lineOf } from "./notifying-gateway.ts";
import type { Place } from "./resolve.ts";

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
  const settings = { ...(region && { region }), ...(profile && { profile }), onlyAws: production };
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
        const { createContainerShell } = await import("../../aws/ecs-exec/container-shell.ts");
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
    dial,
    openShell: async () => {
      const [{ openServingShell }] = await Promise.all([import("../../aws/ecs-exec/open-shell.ts"), caller()]);
      return openServingShell({ ecs: reads.ecs, reading, writing, via }, target, clock);
    },
  };
}

function byPlugin(clients: Clients, settings: ClientSettings, env: NodeJS.ProcessEnv): ExecVia {
  return {
    ready: async (place) => {
      const { pluginVia } = await import("../../aws/ecs-exec/session-manager-plugin.ts");
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
