import { defineAction, type Verdict } from "../../domain/action.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";
import { maintenanceInputFields } from "./inputs.ts";
import { preflight } from "./preflight.ts";
import { readingOnce } from "./reading-once.ts";

const inputs = { ...maintenanceInputFields, opens: { type: "time", description: "When the window begins." } } as const;

type Inputs = Values<typeof inputs>;

const TELL_MS = 60_000;

/** Waits until the window begins, and runs the preflight again: hours may have passed. */
export const awaitWindow = defineAction<ActionServices, typeof inputs, number>({
  name: "maintenance.awaitWindow",
  summary: "Wait for the maintenance window to begin, then repeat the pre-flight checks.",
  risk: "read",
  inputs,
  outputs: { began: { type: "time", description: "when nothing had been changed yet" } },
  observe: async (_given, { clock }) => ({ kind: "observed", value: clock.now() }),
  plan: ({ opens }, now) => ({
    summary: Date.parse(opens) > now ? `until ${utcTime(opens)}` : `the window has begun: ${utcTime(opens)}`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: `it is ${utcTime(opens)}, and nothing speaks against it still`,
  }),
  verify: (given, _attempt, context) => wait(given, context),
});

async function wait(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { clock, signal, progress } = context;
  for (let left = Date.parse(given.opens) - clock.now(); left > 0; left = Date.parse(given.opens) - clock.now()) {
    progress(`${formatDuration(left / 1000)} until the window begins`);
    await clock.sleep(Math.min(left, TELL_MS), signal);
  }
  const { findings } = await preflight(given, readingOnce(context));
  const barring = findings.filter(({ level }) => level === "block");
  const outputs = { began: new Date(clock.now()).toISOString() };
  if (barring.length === 0)
    return { kind: "true", text: "the window has begun, and nothing speaks against it", outputs };
  const next = [...new Set(barring.flatMap((finding) => finding.next ?? []))];
  const text = barring.map((finding) => finding.text).join("; ");
  return { kind: "false", failure: { reason: barring[0]?.code ?? "", text, evidence: [], next } };
}
