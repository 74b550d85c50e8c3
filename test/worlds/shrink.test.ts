import { describe, expect, it } from "vitest";
import { drawWorld } from "./draw.ts";
import { shrink, smallerWorlds } from "./shrink.ts";
import type { World } from "./world.ts";

const eventful = (): World => {
  const world = drawWorld(1, "rollback");
  const fault = { operation: "UpdateService", kind: "reset", when: "after" } as const;
  const other = { operation: "DescribeTasks", kind: "throttle", when: "before" } as const;
  const stop = { seconds: 60 };
  return {
    ...world,
    wrongCurrent: "41",
    areFaultsLasting: true,
    lives: [
      { command: "start", faults: [other, fault], stop, death: { torn: 3 } },
      { command: "undo", faults: [other], deploy: { at: stop, revision: 41 } },
    ],
  };
};

describe("a world that violates", () => {
  it("is shrunk to what it needs for that", async () => {
    const needed = (world: World) => world.lives.some(({ faults }) => faults.some(({ kind }) => kind === "reset"));
    const { lives, wrongCurrent, areFaultsLasting } = await shrink(eventful(), async (world) => needed(world));
    expect(lives).toEqual([
      { command: "start", faults: [{ operation: "UpdateService", kind: "reset", when: "after" }] },
    ]);
    expect({ wrongCurrent, areFaultsLasting }).toEqual({ wrongCurrent: undefined, areFaultsLasting: false });
  });

  it("stays as it is where each part is needed, and keeps its seed", async () => {
    const whole = eventful();
    expect(await shrink(whole, async (world) => JSON.stringify(world) === JSON.stringify(whole))).toEqual(whole);
    expect(smallerWorlds(whole).map(({ seed }) => seed)).toEqual(smallerWorlds(whole).map(() => whole.seed));
  });

  it("is played at most forty times more", async () => {
    let plays = 0;
    await shrink(
      { ...eventful(), lives: Array.from({ length: 60 }, () => ({ command: "undo", faults: [] })) },
      async () => {
        plays++;
        return false;
      },
    );
    expect(plays).toBe(40);
  });
});
