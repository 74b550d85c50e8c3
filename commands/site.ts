import { registry } from "../src/actions/index.ts";
import type { World } from "../src/actions/world.ts";
import { createClients, READ_ATTEMPTS, WRITE_ATTEMPTS } from "../src/aws/clients.ts";
import { awsLine } from "../src/aws/command-line.ts";
import { type AwsReads, createReads, snapshot } from "../src/aws/read.ts";
import { createGateway } from "../src/aws/send.ts";
import { resolveTarget } from "../src/config/load.ts";
import { guardError } from "../src/domain/error.ts";
import type { Clock, Gateway } from "../src/domain/ports.ts";
import type { Caller, Target } from "../src/domain/target.ts";
import type { Planner } from "../src/engine/engine.ts";
import { createClock } from "./clock.ts";
import type { Context } from "./context.ts";
import { type Given, textOf } from "./given.ts";

/** One target, ready to be looked at. */
export interface Site {
  readonly target: Target;
  readonly profile?: string;
  readonly clock: Clock;
  readonly reads: AwsReads;
  readonly planner: Planner<World>;
  /** The one way to write. */
  readonly gateway: Gateway;
  /** Who asks; rejects where the account or region is not the pinned one. */
  caller(): Promise<Caller>;
}

/** `pinned` is a target that comes from a journal or a rehearsal rather than from flags and files. */
export async function openSite(given: Given, context: Context, pinned?: Target): Promise<Site> {
  const resolved = await resolveTarget(wishes(given), context.env, context.cwd);
  const target = pinned ?? resolved.target;
  const clock = createClock(context.env);
  assertReal(target, context.env, clock.isSet);
  const { profile } = resolved;
  const settings = { ...(target.region && { region: target.region }), ...(profile && { profile }) };
  const reads = createReads(createClients(settings, READ_ATTEMPTS));
  return {
    target,
    ...(profile === undefined ? {} : { profile }),
    clock,
    reads,
    planner: {
      registry,
      target,
      clock,
      world: { aws: reads },
      snapshot: () => ({ aws: snapshot(reads) }),
      awsLine: (operation) => awsLine(operation, target.region),
    },
    gateway: createGateway(createClients(settings, WRITE_ATTEMPTS)),
    caller: async () => assertAccount(target, await reads.caller()),
  };
}

function wishes(given: Given) {
  const [target, region, profile] = ["target", "region", "profile"].map((name) => textOf(given, name));
  return { ...(target && { target }), ...(region && { region }), ...(profile && { profile }) };
}

/** Where a command's requests go, if not to AWS itself. */
export function endpointOf(env: NodeJS.ProcessEnv): string | undefined {
  return env.AWS_ENDPOINT_URL ?? env.AWS_ENDPOINT_URL_ECS;
}

/** A production target is only ever asked at AWS itself and by the real clock: no flag lifts this. */
function assertReal(target: Target, env: NodeJS.ProcessEnv, isClockSet: boolean): void {
  if (!target.production) return;
  const endpoint = endpointOf(env);
  if (endpoint === undefined && !isClockSet) return;
  const name = endpoint === undefined ? "VULCAN_OPS_CLOCK" : "AWS_ENDPOINT_URL";
  throw guardError("production-redirected", `target ${target.name} is production, and ${name} is set`, [
    `unset ${name}`,
  ]);
}

function assertAccount(target: Target, caller: Caller): Caller {
  if (target.account === undefined || target.account === caller.account) return caller;
  throw guardError(
    "account-mismatch",
    `target ${target.name} is pinned to account ${target.account}, and these credentials belong to ${caller.account} (${caller.arn})`,
    ["vulcan-ops … --profile NAME of the right account"],
  );
}
