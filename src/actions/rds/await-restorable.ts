import { defineAction, type Verdict } from "../../domain/action.ts";
import type { RestoreWindow } from "../../domain/aws/backups.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";
import { poll, unlessTransient } from "../poll.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { readWindow } from "./read-window.ts";

const inputs = {
  source: { type: "string", description: "The instance that is restored from." },
  to: { type: "time", description: "The moment that has to be restorable." },
} as const;

type Inputs = Values<typeof inputs>;

const POLL_MS = 15_000;
/** How far RDS is behind: it ships the log every five minutes. [D] */
const LAG_MS = 5 * 60_000;

/** Waits until RDS has shipped the log up to the restore point. */
export const awaitRestorable = defineAction<ActionServices, typeof inputs, RestoreWindow | undefined>({
  name: "rds.awaitRestorable",
  summary: "Wait until RDS has shipped the log of that moment.",
  risk: "read",
  minimumDurations: [{ seconds: 300, why: "RDS ships its log every 5 min" }],
  usualSeconds: () => USUAL_SECONDS.restorable,
  inputs,
  outputs: {},
  observe: async ({ source }, { services }) => ({
    kind: "observed",
    value: await readWindow(services.aws.rds, source),
  }),
  plan: ({ to }, window) => {
    const nothing = { changes: [], findings: [], outputs: {} };
    const latest = window?.latest ?? "";
    if (isPast(to, window)) return { ...nothing, summary: `already restorable: RDS has ${utcTime(latest)}` };
    return {
      ...nothing,
      summary: `restorable soon: RDS does not have ${utcTime(to)} yet`,
      waitsFor: `the latest restorable time is later than ${utcTime(to)}`,
    };
  },
  verify: (given, _attempt, context) => wait(given, context),
});

/** RDS wants a moment before the latest restorable time. [D] */
const isPast = (to: string, window: RestoreWindow | undefined): boolean => window !== undefined && window.latest > to;

function wait({ source, to }: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  return poll<Verdict>(context, POLL_MS, async () => {
    const window = await readWindow(context.services.aws.rds, source).catch(unlessTransient);
    if (isPast(to, window)) return { end: { kind: "true", text: `RDS has got to ${utcTime(window?.latest ?? "")}` } };
    const observation =
      window === undefined ? "cannot see it just now" : `RDS has ${utcTime(window.latest)}, and needs ${utcTime(to)}`;
    const failure = {
      reason: "not-restorable-yet",
      text: observation,
      evidence: [],
      next: ["vulcan-ops resume"],
    };
    const left = Date.parse(to) + LAG_MS - context.clock.now();
    const rest = left > 0 ? `about ${formatDuration(left / 1000)} more` : "any moment";
    return { late: { kind: "open", failure }, text: `${observation}: ${rest}` };
  });
}
