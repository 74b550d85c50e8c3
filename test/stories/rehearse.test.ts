import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { REHEARSALS, worldToShow } from "../../src/app/inspection/rehearsal-matrix.ts";
import { shippedRunbooks } from "../../src/app/prepared.ts";
import { resolveInputs } from "../../src/runbook/resolve-inputs.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";

let cwd: string;
beforeAll(() => {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  cwd = mkdtempSync(join(tmpdir(), "vulcan-ops-rehearse-"));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const RUNBOOK = `schemaVersion: "1"
id: scale-up
title: Scale the service up
description: Before a known load.
inputs:
  tasks: {type: integer, minimum: 1, maximum: 20, description: How many tasks are wanted.}
rehearsal: {scenario: healthy, inputs: {tasks: 4}}
steps:
  - {id: scale, title: Scale the service, action: ecs.scaleService, with: {desired: "\${{ inputs.tasks }}"}}
`;

it("of a runbook with a world of its own needs no flag; an input that is given wins", async () => {
  writeFileSync(join(cwd, "scale-up.yaml"), RUNBOOK);
  const state = ["--state-dir", join(cwd, "state"), "--dry-run"];
  const own = await vulcanOps(["rehearse", join(cwd, "scale-up.yaml"), ...state], { cwd, columns: 200 });
  expect([own.code, own.stderr + own.stdout]).toEqual([
    0,
    expect.stringContaining("scenario healthy, inputs tasks=4."),
  ]);
  expect(own.stderr + own.stdout).toMatch(/3 → 4 tasks/);
  writeFileSync(join(cwd, "wrong.yaml"), RUNBOOK.replace("inputs: {tasks: 4}", "inputs: {task: 4}"));
  const wrong = await vulcanOps(["check", join(cwd, "wrong.yaml")], { cwd, columns: 200 });
  expect([wrong.code, wrong.stdout]).toEqual([6, expect.stringMatching(/wrong\.yaml:7:\d+: .*task.*\[VOPS030\]/)]);
});

it("has a world for each shipped runbook, with inputs that it takes", () => {
  const shipped = shippedRunbooks();
  expect([...shipped.keys()].sort()).toEqual(Object.keys(REHEARSALS).sort());
  for (const [id, { runbook }] of shipped) {
    const world = worldToShow(runbook);
    expect({ id, inputs: resolveInputs(runbook, world?.inputs ?? {}, Date.now()) }).toMatchObject({ id });
  }
});
