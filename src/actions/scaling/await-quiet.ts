import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import { isTransient } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Wait, World } from "../../domain/services.ts";
import { formatDuration } from "../../domain/time.ts";

const inputs = {
  held: { type: "string", required: false, description: "What was suspended before; left out, nothing was held." },
} as const;

type Inputs = Values<typeof inputs>;

const POLL_MS = 5000;
/** CloudWatch shows a minute a minute or two later, and only then an alarm rises by it. */
const QUIET_MS = 180_000;

/**
 * Waits until no alarm asks auto scaling for more tasks, nor will for the minutes in which one task carried everything:
 * let go before, auto scaling doubles a service that is back at its size. Out of time it goes on, and says so.
 */
export const awaitCalm = defineAction<World, typeof inputs, boolean>({
  name: "scaling.awaitCalm",
  summary: "Wait until no alarm asks auto scaling for more tasks of the service; out of time, go on.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async (_given, { ahead, world, target }) => {
    if (ahead !== undefined) return { kind: "deferred", until: ahead };
    const now = await world.aws.around.scalingTarget(target.cluster, target.service);
    return { kind: "observed", value: now?.outSuspended === true };
  },
  plan: (given, isHeld) => planCalm(given, isHeld),
  verify: (_given, _attempt, waiting) => wait(waiting),
});

/** Only where it is suspended now, and will not be so afterwards, has it anything to answer. */
function planCalm({ held }: Inputs, isHeld: boolean): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (held === undefined) return { ...nothing, summary: "auto scaling was not held" };
  if (!isHeld || held.split(",").includes("out")) return { ...nothing, summary: "auto scaling is not about to go on" };
  const waitsFor = `for ${formatDuration(QUIET_MS / 1000)} no alarm has asked auto scaling for more tasks`;
  return { ...nothing, summary: "until auto scaling would leave its size alone", waitsFor };
}

async function wait({ world, target, clock, deadline, signal, progress }: Wait): Promise<Verdict> {
  let quietSince = clock.now();
  for (;;) {
    const rising = await world.aws.mutes.askForMore(target.cluster, target.service).catch((error: unknown) => {
      if (isTransient(error)) return undefined;
      throw error;
    });
    if (rising?.length !== 0) quietSince = clock.now();
    const left = quietSince + QUIET_MS - clock.now();
    if (left <= 0) return { kind: "true", text: "no alarm asks for more tasks" };
    const what = wordsOf(rising, left);
    if (clock.now() >= deadline) return { kind: "true", text: `${what}: auto scaling may add some` };
    progress(what);
    await clock.sleep(POLL_MS, signal);
  }
}

function wordsOf(rising: readonly string[] | undefined, left: number): string {
  if (rising === undefined) return "the alarms cannot be read just now";
  if (rising.length > 0) return `${rising.join(", ")} asks for more tasks`;
  return `no alarm asks for more tasks; the minutes with fewer tasks are still being counted (${formatDuration(left / 1000)})`;
}
