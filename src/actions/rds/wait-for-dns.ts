import type { Verdict } from "../../domain/action.ts";
import type { Wait } from "../../domain/services.ts";
import { formatDuration } from "../../domain/time.ts";
import { hasAnswered, trafficOf } from "../database/clients.ts";

const POLL_MS = 5000;
/** Until a new name leads to its instance: about ten minutes. [D] */
const LEADS_MS = 10 * 60_000;

/**
 * Waits until the production name leads to the instance that has it now: whoever starts next has to find it. Proven by
 * connecting to it; without a route there, the time that RDS names has to pass.
 */
export async function awaitName(name: string, { world, clock, deadline, signal, progress }: Wait): Promise<Verdict> {
  const begun = clock.now();
  for (;;) {
    const instance = await world.aws.rds.instance(name).catch(() => undefined);
    const asked = await trafficOf(world, instance);
    if (hasAnswered(asked)) return { kind: "true", text: `${name} is available, and its name leads to it` };
    const waited = clock.now() - begun;
    if (waited >= LEADS_MS + POLL_MS * 2)
      return {
        kind: "true",
        text: `${name} is available; its name should lead to it by now, ${formatDuration(waited / 1000)} later, which is not proven`,
      };
    if (clock.now() >= deadline) {
      const text = `${name} is available, but its name leads nowhere yet`;
      return { kind: "open", failure: { reason: "name-not-ready", text, evidence: [], next: ["vulcan-ops resume"] } };
    }
    progress(
      `${name} is available; waiting until its name leads to it, for ${formatDuration(waited / 1000)} of about 10 min`,
    );
    await clock.sleep(POLL_MS, signal);
  }
}
