import { expect, it } from "vitest";
import type { FleetStatus, TargetState, WaveStatus } from "../../../src/domain/fleet/run.ts";
import { renderFleetStatus } from "../../../src/ui/render/fleet-status.ts";

const STATES: readonly TargetState[] = ["done", "running", "failed", "interrupted", "never began", "waiting"];
const wave = (index: number, state: WaveStatus["state"]): WaveStatus => ({
  ...{ name: `wave-${index}`, state, failed: 12, tolerated: 5 },
  targets: Array.from({ length: 60 }, (_, at) => ({
    target: `shop-with-a-long-name-${index}-${at}`,
    id: "7k2mqp3xyz12",
    state: state === "done" ? "done" : (STATES[at % STATES.length] ?? "waiting"),
    ...(at % 2 === 0 && { step: "follow-the-rollout", exitCode: 11 }),
    at: "2026-04-10T03:00:00.000Z",
  })),
  answeredBy: "arn:aws:sts::111122223333:assumed-role/vulcan-ops-approver/somebody@example.com",
  answeredAt: "2026-04-10T02:00:00.000Z",
});
const status: FleetStatus = {
  ...{ run: "revert-of-all-shops-in-europe-42", digest: "d".repeat(64), state: "failed" },
  waves: [
    wave(0, "done"),
    wave(1, "done"),
    wave(2, "braked"),
    wave(3, "running"),
    ...[4, 5, 6].map((index) => wave(index, "approval")),
  ],
};

it("shows 420 targets of seven waves on one screen of 24 rows, from the first wave that is not done", () => {
  const screen = renderFleetStatus(status, { columns: 80, colour: false, unicode: true, live: false });
  const lines = screen.split("\n");
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const words = screen.replace(/\s+/g, " ");
  expect(words).toContain(
    "wave-2: stopped by failures; 10 done, 10 running, 10 interrupted, 10 failed, 10 never began, 10 waiting",
  );
  expect(words).not.toContain("wave-0");
  expect(words).toMatch(/Look at shop-with-a-long-name-2-3: interrupted/);
  expect(words).toContain("and 148 more (--output json has all)");
  expect(words).toContain("vulcan-ops fleet approve revert-of-all-shops-in-europe-42 wave-4");
});
