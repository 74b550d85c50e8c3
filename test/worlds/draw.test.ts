import { describe, expect, it } from "vitest";
import { drawWorld } from "./draw.ts";

const SEEDS = Array.from({ length: 400 }, (_, index) => index + 1);

describe("a world that is drawn", () => {
  it("is the same for the same seed, and plain data", () => {
    const worlds = SEEDS.map((seed) => drawWorld(seed));
    expect(SEEDS.map((seed) => drawWorld(seed))).toEqual(worlds);
    expect(JSON.parse(JSON.stringify(worlds))).toEqual(worlds);
    expect(new Set(worlds.map(({ seed: _, ...world }) => JSON.stringify(world))).size).toBeGreaterThan(300);
  });

  it("has every procedure, and everything that may happen, among some hundred", () => {
    const worlds = SEEDS.map((seed) => drawWorld(seed));
    expect(new Set(worlds.map(({ procedure }) => procedure))).toEqual(
      new Set(["rollback", "down", "maintenance", "restore"]),
    );
    const lives = worlds.flatMap((world) => world.lives);
    for (const name of ["stop", "death", "second", "deploy"] as const)
      expect(lives.filter((life) => life[name] !== undefined).length, name).toBeGreaterThan(20);
    expect(new Set(lives.flatMap(({ faults }) => faults.map(({ kind }) => kind))).size).toBeGreaterThan(8);
    expect(worlds.filter(({ wrongCurrent }) => wrongCurrent !== undefined).length).toBeGreaterThan(5);
  });

  it("keeps to the procedure that is named", () => {
    for (const name of ["restore", "alerts", "upgrade", "follow", "reconnects"] as const)
      expect(SEEDS.map((seed) => drawWorld(seed, name).procedure)).toEqual(SEEDS.map(() => name));
  });
});
