import { isTransient } from "../aws/errors.ts";
import { defineAction, type Verdict } from "../domain/action.ts";
import type { Wait, World } from "./world.ts";

const inputs = {
  held: { type: "string", required: false, description: "What was suspended before; left out, nothing was held." },
} as const;

const POLL_MS = 10_000;

/**
 * Waits until no alarm asks auto scaling for more tasks. While one task carried everything they rose, and auto scaling
 * that is let go then doubles a service that is back at its size already. Out of time it goes on, and says so.
 */
export const awaitCalm = defineAction<World, typeof inputs, null>({
  name: "scaling.awaitCalm",
  summary: "Wait until no alarm asks auto scaling for more tasks of the service; out of time, go on.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: ({ held }) => ({
    summary: held === undefined ? "auto scaling was not held" : "until auto scaling would leave its size alone",
    changes: [],
    findings: [],
    outputs: {},
    ...(held !== undefined && { waitsFor: "no alarm asks auto scaling for more tasks" }),
  }),
  verify: (_given, _attempt, waiting) => wait(waiting),
});

async function wait({ world, target, clock, deadline, signal, progress }: Wait): Promise<Verdict> {
  for (;;) {
    const rising = await world.aws.mutes.askForMore(target.cluster, target.service).catch((error: unknown) => {
      if (isTransient(error)) return undefined;
      throw error;
    });
    if (rising?.length === 0) return { kind: "true", text: "no alarm asks for more tasks" };
    const what =
      rising === undefined ? "the alarms cannot be read just now" : `${rising.join(", ")} asks for more tasks`;
    if (clock.now() >= deadline) return { kind: "true", text: `${what}: auto scaling may add some` };
    progress(what);
    await clock.sleep(POLL_MS, signal);
  }
}
