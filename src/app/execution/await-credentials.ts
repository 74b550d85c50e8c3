import { isSamePrincipal, principalName } from "../../domain/aws/principal.ts";
import { RUN_AGAIN } from "../../domain/error.ts";
import type { Environment, OperatorIo } from "../../domain/ports.ts";
import type { Engine } from "../../engine/run.ts";
import type { OpenTarget } from "../open-target.ts";

/** A helper may be started each time. */
const LOOK_EVERY_MS = 20_000;
/** After that, the operator is not there: the run ends, and can be resumed. */
const LONGEST_MS = 3_600_000;
/** Credentials that are refused again so soon are not the remedy. */
const GOOD_FOR_MS = 60_000;

interface Session {
  readonly target: OpenTarget;
  readonly io: OperatorIo;
  readonly environment: Environment;
}

/**
 * Waits for an operator at a terminal to log in again, and answers whether the same principal's credentials are there.
 * Undefined where they cannot come: without a terminal.
 */
export function credentialsWait({ target, io, environment }: Session): Engine<unknown>["newCredentials"] {
  if (environment.askHidden === undefined) return undefined;
  const { clock, credentials } = target;
  let backAt = Number.NEGATIVE_INFINITY;
  let isGivenUp = false;
  return async (text, signal) => {
    const source = credentials.source();
    if (isGivenUp || source === undefined || source.isFixed || clock.now() - backAt < GOOD_FOR_MS) return false;
    const lines = source.renew.filter((line) => line !== RUN_AGAIN);
    io.alert(text);
    io.say("The run waits for new credentials, and then continues by itself. Ctrl-C stops it.");
    if (lines.length > 0) io.say(`In another shell: ${lines.join("; or ")}`);
    isGivenUp = !(await areBack(target, io, signal));
    backAt = clock.now();
    return !isGivenUp;
  };
}

async function areBack(target: OpenTarget, io: OperatorIo, signal: AbortSignal): Promise<boolean> {
  const { clock } = target;
  const before = await target.caller();
  for (const until = clock.now() + LONGEST_MS; clock.now() < until; ) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    const now = await callerNow(target);
    if (now === undefined) continue;
    const isSame = isSamePrincipal(before, now);
    const who = `${principalName(now)} in account ${now.account}`;
    io.say(isSame ? "Credentials are there again; the run continues." : `The new credentials are of ${who}: it stops.`);
    return isSame;
  }
  io.say("No new credentials have come.");
  return false;
}

/** Undefined while AWS takes none. */
async function callerNow({ credentials, reads }: OpenTarget) {
  try {
    await credentials.refresh();
    return await reads.caller();
  } catch {
    return undefined;
  }
}
