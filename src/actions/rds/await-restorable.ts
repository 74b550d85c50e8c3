import { defineAction, type Verdict } from "../../domain/action.ts";
import type { RestoreWindow } from "../../domain/aws/setup.ts";
import { isTransient } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Wait, World } from "../../domain/services.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";

const inputs = {
  source: { type: "string", description: "The instance that is restored from." },
  to: { type: "time", description: "The moment that has to be restorable." },
} as const;

type Inputs = Values<typeof inputs>;

const POLL_MS = 15_000;
/** How far RDS is behind: it ships the log every five minutes. [D] */
const LAG_MS = 5 * 60_000;

/** Waits until RDS has shipped the log as far as the moment. */
export const awaitRestorable = defineAction<World, typeof inputs, RestoreWindow | undefined>({
  name: "rds.awaitRestorable",
  summary: "Wait until the log has been shipped as far as the moment to restore to.",
  risk: "read",
  takes: [{ seconds: 300, why: "RDS ships its log every 5 min" }],
  inputs,
  outputs: {},
  observe: async ({ source }, { world }) => ({ kind: "observed", value: await world.aws.setup.restoreWindow(source) }),
  plan: ({ to }, window) => {
    const nothing = { changes: [], findings: [], outputs: {} };
    const latest = window?.latest ?? "";
    if (isPast(to, window)) return { ...nothing, summary: `restorable already: RDS has ${utcTime(latest)}` };
    return {
      ...nothing,
      summary: `restorable soon: RDS has not got to ${utcTime(to)} yet`,
      waitsFor: `the latest restorable time is later than ${utcTime(to)}`,
    };
  },
  verify: (given, _attempt, waiting) => wait(given, waiting),
});

/** RDS wants a moment that lies before the latest one. [D] */
const isPast = (to: string, window: RestoreWindow | undefined): boolean => window !== undefined && window.latest > to;

async function wait({ source, to }: Inputs, { world, clock, deadline, signal, progress }: Wait): Promise<Verdict> {
  for (;;) {
    const window = await world.aws.setup.restoreWindow(source).catch((error: unknown) => {
      if (isTransient(error)) return undefined;
      throw error;
    });
    if (isPast(to, window)) return { kind: "true", text: `RDS has got to ${utcTime(window?.latest ?? "")}` };
    const now = clock.now();
    const seen =
      window === undefined ? "cannot see it just now" : `RDS has ${utcTime(window.latest)}, and needs ${utcTime(to)}`;
    if (now >= deadline)
      return {
        kind: "open",
        failure: { reason: "not-restorable-yet", text: seen, evidence: [], next: ["vulcan-ops resume"] },
      };
    const left = Date.parse(to) + LAG_MS - now;
    progress(left > 0 ? `${seen}: about ${formatDuration(left / 1000)} more` : `${seen}: any moment`);
    await clock.sleep(POLL_MS, signal);
  }
}
