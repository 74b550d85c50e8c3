import { get } from "node:http";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import { patience } from "./patience.ts";
import { type HealthCheck, markHealthy, type Target, type TargetGroup } from "./target-group.ts";

/** What one probe found. */
export type ProbeResult = { readonly status: number } | { readonly error: "timeout" | "refused" };

/** Minimum probe timeout (real ms): virtual seconds are short, and a busy machine must not fail a healthy target. */
const LEAST_TIMEOUT = 1500;

/** Probes a target until it leaves the group or starts to drain; calls `changed` whenever its state changes. */
export function watchTarget(
  clock: VirtualClock,
  group: TargetGroup,
  target: Target,
  first: number,
  changed: () => void,
): void {
  const probeOnce = (): void => {
    if (!isWatched(group, target)) return;
    const check = group.healthCheck;
    const timeout = Math.max(LEAST_TIMEOUT, (check.timeoutSeconds * 1000) / clock.speed);
    if (target.state === "initial" && target.reason === "Elb.RegistrationInProgress") startChecking(target);
    const next = clock.now() + check.intervalSeconds * 1000;
    void probe(target, check, timeout).then((result) => {
      if (!isWatched(group, target)) return;
      const before = target.state;
      judge(target, check, result);
      if (target.state !== before) changed();
      clock.at(next, probeOnce);
    });
  };
  clock.after(first, probeOnce);
}

const isWatched = (group: TargetGroup, target: Target): boolean =>
  target.state !== "draining" && [...group.targets.values()].includes(target);

function startChecking(target: Target): void {
  target.reason = "Elb.InitialHealthChecking";
  target.description = "Initial health checks in progress";
}

/** Counts a result and moves the target between healthy and unhealthy at the thresholds. */
export function judge(target: Target, check: HealthCheck, result: ProbeResult): void {
  const passed = "status" in result && matches(check.matcher, result.status);
  target.passes = passed ? target.passes + 1 : 0;
  target.failures = passed ? 0 : target.failures + 1;
  if (passed && target.passes >= check.healthyThreshold) markHealthy(target);
  if (!passed && target.failures >= check.unhealthyThreshold) markUnhealthy(target, result);
}

function markUnhealthy(target: Target, result: ProbeResult): void {
  target.state = "unhealthy";
  if ("status" in result) {
    target.reason = "Target.ResponseCodeMismatch";
    target.description = `Health checks failed with these codes: [${result.status}]`;
  } else if (result.error === "timeout") {
    target.reason = "Target.Timeout";
    target.description = "Request timed out";
  } else {
    target.reason = "Target.FailedHealthChecks";
    target.description = "Health checks failed";
  }
}

/** Whether a code is in a matcher such as `200`, `200,302` or `200-299`. */
function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [low, high] = part.split("-").map(Number);
    return low !== undefined && status >= low && status <= (high ?? low);
  });
}

/** Asks the target once. `timeout`: in real ms. */
export function probe(
  target: Pick<Target, "listener" | "agent">,
  check: Pick<HealthCheck, "path" | "timeoutSeconds">,
  timeout: number,
): Promise<ProbeResult> {
  const { port, healthSeconds } = target.listener() ?? { port: undefined, healthSeconds: 0 };
  if (port === undefined) return Promise.resolve({ error: "refused" });
  // Compare in virtual time: the real request may get a longer timeout.
  if (healthSeconds > check.timeoutSeconds) return Promise.resolve({ error: "timeout" });
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, path: check.path, agent: target.agent };
    const request = get(options, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    const end = patience(timeout, () => {
      resolve({ error: "timeout" });
      request.destroy();
    });
    request.on("error", () => resolve({ error: "refused" }));
    request.on("close", end);
  });
}
