import type { Verdict } from "../../domain/action.ts";
import type { ActionVerifyContext } from "../../domain/services.ts";
import { formatDuration } from "../../domain/time.ts";
import { serverAnswered, trafficOf } from "../database/clients.ts";
import { poll } from "../poll.ts";

const POLL_MS = 5000;
/** Time until a new name resolves to its instance: about ten minutes. [D] */
const LEADS_MS = 10 * 60_000;

/**
 * Waits until the production name resolves to the instance that has it now, because tasks that start next need it. A
 * connection proves it. Without a route, the time that RDS names has to pass.
 */
export function waitForDns(name: string, context: ActionVerifyContext): Promise<Verdict> {
  const { services, clock } = context;
  const begun = clock.now();
  const failure = {
    reason: "name-not-ready",
    text: `${name} is available, but its name does not resolve to it yet`,
    evidence: [],
    next: ["vulcan-ops resume"],
  };
  return poll<Verdict>(context, POLL_MS, async () => {
    const instance = await services.aws.rds.instance(name).catch(() => undefined);
    const answer = await trafficOf(services, instance);
    if (serverAnswered(answer))
      return { end: { kind: "true", text: `${name} is available, and its name leads to it` } };
    const waited = clock.now() - begun;
    const passed = formatDuration(waited / 1000);
    if (waited >= LEADS_MS + POLL_MS * 2) {
      const text = `${name} is available; its name should lead to it by now, ${passed} later, which is not proven`;
      return { end: { kind: "true", text } };
    }
    const text = `${name} is available; waiting until its name leads to it, for ${passed} of about 10 min`;
    return { late: { kind: "open", failure }, text };
  });
}
