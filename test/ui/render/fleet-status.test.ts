import { expect, it } from "vitest";
import type { FleetStatus, TargetState, WaveStatus } from "../../../src/domain/fleet/run.ts";
import { identityAt } from "../../../src/domain/identity.ts";
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

const DISPLAY = { columns: 80, colour: false, unicode: true, live: false };
const PLACE = identityAt(
  { name: "shop", service: "table vulcan-ops-journal", production: true, region: "eu-west-1" },
  "111122223333",
  undefined,
);

it("shows 420 targets of seven waves on one screen of 24 rows, from the first wave that is not done", () => {
  const screen = renderFleetStatus(status, PLACE, DISPLAY);
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

it("names who stopped it, what continues a target that was interrupted, and what does the rest", () => {
  const stopped: WaveStatus = {
    ...{ name: "rest", state: "stopped", failed: 0, tolerated: 0 },
    ...{ stoppedBy: "arn:aws:sts::111122223333:assumed-role/Ops/ben", stoppedAt: "2026-04-10T03:12:00.000Z" },
    targets: [
      { target: "shop-de", id: "7k2mqp3xyz12", state: "interrupted", exitCode: 143, step: "rollout" },
      { target: "shop-fr", id: "8k2mqp3xyz12", state: "not started" },
    ],
  };
  const screen = renderFleetStatus(
    { run: "revert-42", digest: "d".repeat(64), state: "stopped", waves: [stopped] },
    PLACE,
    DISPLAY,
  );
  expect(screen.split("\n").slice(0, 2)).toEqual([
    "Fleet revert-42: stopped by hand, 1 interrupted, 1 not started",
    " PRODUCTION table vulcan-ops-journal · 111122223333 · eu-west-1",
  ]);
  expect(screen.replace(/\s+/g, " ")).toContain("rest: stopped by hand by Ops/ben at 2026-04-10 03:12:00Z;");
  expect(screen).toMatch(
    /Next +vulcan-ops resume 7k2mqp3xyz12\n +The rest +vulcan-ops fleet plan FILE -o DIR --rest-of revert-42$/,
  );
});

it("says when a run that was started before its window begins", () => {
  const early = { ...status, state: "approval", begins: "2026-04-10T02:00:00.000Z" } as const;
  expect(renderFleetStatus(early, PLACE, DISPLAY)).toMatch(/Begins +2026-04-10 02:00:00Z/);
  expect(renderFleetStatus(status, PLACE, DISPLAY)).not.toContain("Begins");
});
