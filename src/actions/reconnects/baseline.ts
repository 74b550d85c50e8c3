import { defineAction, type Verdict } from "../../domain/action.ts";
import { counted } from "../../domain/finding.ts";
import { baselineText } from "../../domain/reconnects/reading.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { readBaseline } from "./read-probes.ts";
import { replacedSince } from "./replacement.ts";

/** Reads the probes before tasks are replaced. What cannot be read stops nothing: it CANNOT BE SEEN afterwards. */
export const takeReconnectBaseline = defineAction<ActionServices, Record<string, never>, number>({
  name: "reconnects.baseline",
  summary: "Read what tells of connected clients, before tasks are replaced.",
  risk: "read",
  isPart: ({ reconnects }) => reconnects !== undefined,
  inputs: {},
  outputs: { baseline: { type: "string", required: false, description: "the readings, for reconnects.check" } },
  observe: async (_given, { services }) => ({ kind: "observed", value: services.reconnects?.length ?? 0 }),
  plan: (_given, probes) => ({
    summary: counted(probes, "probe"),
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: "each probe is read",
  }),
  verify: (_given, _attempt, context) => take(context),
});

async function take(context: ActionVerifyContext): Promise<Verdict> {
  const { services, clock, earlierAttempts } = context;
  if (replacedSince(earlierAttempts) !== undefined)
    return { kind: "true", text: "no baseline: tasks have been replaced already" };
  const baseline = await readBaseline(services.reconnects ?? [], clock.now(), context);
  const unread = Object.entries(baseline.readings).filter(([, { reading }]) => reading.kind === "none");
  const text = `${counted(Object.keys(baseline.readings).length, "probe")} read`;
  const but = unread.length === 0 ? "" : `, but not ${unread.map(([name]) => name).join(", ")}`;
  return { kind: "true", text: `${text}${but}`, outputs: { baseline: baselineText(baseline) } };
}
