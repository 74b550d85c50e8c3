import { describe, expect, it } from "vitest";
import { scaleService } from "../../../src/actions/ecs/scale-service.ts";
import { type Moment, serviceOf, targetsOf, tasksOf, waitingFor, worldOf } from "../support.ts";

/** The service as ECS shows it, with so many tasks wanted and there. */
const shown = (desired: number): Moment => ({
  service: serviceOf(42, { desired, running: desired }),
  running: tasksOf(42, desired),
  targets: targetsOf(tasksOf(42, desired)),
});

const attempt = {
  confirmedAt: "2026-04-10T12:00:00.000Z",
  outputs: {},
  basis: { desired: 3 },
  operation: { service: "ecs", name: "UpdateService", input: { desiredCount: 1 } },
} as const;

async function scaled(...moments: readonly Moment[]) {
  const waiting = waitingFor(worldOf(...moments), 120);
  return { verdict: await scaleService.verify?.({ desired: 1 }, attempt, waiting), told: waiting.told };
}

describe("a service that is scaled", () => {
  it("is waited for where ECS still shows what was before: that is lag, and not somebody else", async () => {
    const { verdict, told } = await scaled(shown(3), shown(3), shown(1));
    expect(verdict).toMatchObject({ kind: "true", text: "1 task of vulcan-prod:42 serves" });
    expect(told).toEqual(["ECS still shows 3 tasks", "ECS still shows 3 tasks"]);
  });

  it("was scaled by somebody else where the number is another one, or still the old one after half a minute", async () => {
    const foreign = { kind: "false", failure: { reason: "foreign-change" } };
    expect((await scaled(shown(5))).verdict).toMatchObject(foreign);
    const { verdict, told } = await scaled(shown(3));
    expect(verdict).toMatchObject(foreign);
    expect(told.length).toBeGreaterThan(5);
  });
});
