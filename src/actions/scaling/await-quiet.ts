import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { formatDuration } from "../../domain/time.ts";
import { poll, unlessTransient } from "../poll.ts";
import { sizeFields, sizeNotBack } from "./size-not-back.ts";

const inputs = {
  held: {
    type: "string",
    required: false,
    description: "What was suspended before. Default is: nothing was suspended.",
  },
  ...sizeFields,
} as const;

type Inputs = Values<typeof inputs>;

const POLL_MS = 5000;
/**
 * An alarm can fire late for the minutes with fewer tasks, and for those in which new tasks warm up: two minutes of
 * warming, the rest of the last one, and two until CloudWatch shows it and the alarm is evaluated.
 */
const QUIET_MS = 300_000;

/**
 * Waits until no alarm asks auto scaling for more tasks, nor will for the minutes in which one task carried everything.
 * If it resumes earlier, auto scaling doubles a service that is back at its size. Out of time, continues and says so.
 */
export const awaitQuiet = defineAction<ActionServices, typeof inputs, boolean>({
  name: "scaling.awaitQuiet",
  formerly: "scaling.awaitCalm",
  summary: "Wait until no scaling alarm is pending; continue when the time is up.",
  risk: "read",
  usualSeconds: ({ held }) => (held === undefined ? 0 : QUIET_MS / 1000),
  inputs,
  outputs: {},
  observe: async (given, context) => {
    const { pendingStep, services, target } = context;
    if (pendingStep !== undefined) return { kind: "deferred", until: pendingStep };
    const now = await services.aws.around.scalingTarget(target.cluster, target.service);
    const isHeld = now?.outSuspended === true;
    return { kind: "observed", value: isHeld && (await sizeNotBack(given, context)) === undefined };
  },
  plan: (given, isReleased) => planQuiet(given, isReleased),
  verify: (_given, _attempt, context) => wait(context),
});

/** Waits only if scaling out is suspended now and resumes afterwards. */
function planQuiet({ held }: Inputs, isReleased: boolean): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (held === undefined) return { ...nothing, summary: "auto scaling was not suspended" };
  if (!isReleased || held.split(",").includes("out")) return { ...nothing, summary: "auto scaling stays suspended" };
  const waitsFor = `no scaling alarm is pending for ${formatDuration(QUIET_MS / 1000)}`;
  return { ...nothing, summary: "until no scaling alarm is pending", waitsFor };
}

function wait(context: ActionVerifyContext): Promise<Verdict> {
  const { services, target, clock } = context;
  let quietSince = clock.now();
  return poll<Verdict>(context, POLL_MS, async () => {
    const rising = await services.aws.mutes.askForMore(target.cluster, target.service).catch(unlessTransient);
    if (rising?.length !== 0) quietSince = clock.now();
    const left = quietSince + QUIET_MS - clock.now();
    if (left <= 0) return { end: { kind: "true", text: "no alarm asks for more tasks" } };
    const text = wordsOf(rising, left);
    return { late: { kind: "true", text: `${text}: auto scaling may add tasks` }, text };
  });
}

function wordsOf(rising: readonly string[] | undefined, left: number): string {
  if (rising === undefined) return "the alarms cannot be read";
  if (rising.length > 0) return `${rising.join(", ")} asks for more tasks`;
  return `no alarm asks for more tasks; minutes with fewer tasks still count for ${formatDuration(left / 1000)}`;
}
