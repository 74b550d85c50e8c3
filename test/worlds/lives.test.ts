import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../support/sample.ts";
import { CELLS, playCell } from "./lives.ts";
import { drawBoundary } from "./process-boundary.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  drawBoundary();
  stage = await openStage();
});
afterAll(() => stage.sandbox.stop());

const named = sample(CELLS, 2).map((cell) => [cell.name, cell] as const);

describe("what was changed for the run is put back, or named with the command that puts it back", () => {
  it.each(named)("%s", async (_, cell) => {
    expect((await playCell(cell, stage)).violations).toEqual([]);
  });
});
