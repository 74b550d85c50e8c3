import { expect, it } from "vitest";
import { trafficProof } from "../../../src/actions/ecs/rollout/traffic-proof.ts";
import type { ActionVerifyContext } from "../../../src/domain/services.ts";

const NOW = Date.UTC(2026, 3, 10, 3, 50);
const MINUTE = 60_000;
const GROUP = { targetGroup: "targetgroup/vulcan-prod/1", loadBalancer: "app/vulcan-prod/1" };

const proofOf = (minutes: readonly object[], groups: readonly object[] = [GROUP], since = NOW - 5 * MINUTE) =>
  trafficProof(since, {
    clock: { now: () => NOW },
    target: { cluster: "vulcan-prod", service: "vulcan-prod" },
    services: {
      aws: {
        ecs: { service: async () => ({}) },
        watch: { subject: async () => ({ groups }), traffic: async () => minutes },
      },
    },
  } as unknown as ActionVerifyContext);

it.each([
  [
    "the share of failed requests",
    [
      { requests: 900, failed: 1 },
      { requests: 100, failed: 0 },
    ],
    "5xx 0.1 %",
  ],
  ["none that failed", [{ requests: 500, failed: 0 }], "5xx 0 %"],
  ["too few requests", [{ requests: 9, failed: 0 }], "traffic not measured"],
])("says %s", async (_name, minutes, text) => {
  expect(await proofOf(minutes)).toBe(text);
});

it("measures nothing without a load balancer that counts requests, before a whole minute, and where a read fails", async () => {
  const busy = [{ requests: 900, failed: 1 }];
  expect(await proofOf(busy, [])).toBe("traffic not measured");
  expect(await proofOf(busy, [{ ...GROUP, loadBalancer: "net/vulcan-prod/1" }])).toBe("traffic not measured");
  expect(await proofOf(busy, [GROUP], NOW - 1000)).toBe("traffic not measured");
  expect(await trafficProof(NOW - 5 * MINUTE, { clock: { now: () => NOW } } as never)).toBe("traffic not measured");
});
