import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { COMMANDS } from "../../../commands/index.ts";
import { isGroup } from "../../../src/cli/command.ts";
import { nextCommands } from "../../../src/domain/status/next-commands.ts";
import { problems } from "../../../src/domain/status/problems.ts";
import { summaryOf } from "../../../src/domain/status/situation.ts";
import { OUTPUTS, outputOf } from "../../../src/ui/schema/outputs.ts";
import { compileAll, misfits } from "../../support/output-schemas.ts";
import { BLOCKED, NORMAL, UNCHANGED, WINDOW } from "../plans.ts";
import { SITUATIONS } from "../situations.ts";

it("every published schema can be used", () => {
  expect(compileAll).not.toThrow();
});

it("every command that prints data has a schema", async () => {
  const lacking: string[] = [];
  const visit = async (commands: typeof COMMANDS): Promise<void> => {
    for (const load of Object.values(commands)) {
      const command = await load();
      if (isGroup(command)) await visit(command.commands);
      else if ("output" in command.options && outputOf(command.name, false) === undefined) lacking.push(command.name);
    }
  };
  await visit(COMMANDS);
  expect(lacking).toEqual([]);
});

it("the golden summary of an execution fits", async () => {
  const summary = readFileSync(new URL("../../golden/ui/summary.json", import.meta.url), "utf8");
  expect(await misfits(["rollback", "--output", "json"], summary)).toEqual([]);
});

it("sees what does not fit, and what may be added", async () => {
  const argv = ["history", "list", "--output", "json"];
  const row = { execution: "x", at: "2026-04-10T00:00:00Z", runbook: "r", target: "t", operator: "o", status: "done" };
  const whole = { ...row, exitCode: 0, unfinished: [] };
  expect(await misfits(argv, JSON.stringify([{ ...whole, added: 1 }]))).toEqual([]);
  expect(await misfits(argv, JSON.stringify([row]))).not.toEqual([]);
  expect(await misfits(argv, JSON.stringify([{ ...whole, at: "yesterday" }]))).not.toEqual([]);
  expect(await misfits(["watch", "--output", "ndjson"], "{}\n")).not.toEqual([]);
  const error = { error: { code: "x", exitCode: 6, message: "m", next: [] } };
  expect(await misfits(["status", "--output=json"], JSON.stringify(error))).toEqual([]);
});

it.each(Object.entries(SITUATIONS))(
  "the status of %s has no member that its schema does not name",
  async (_, status) => {
    const more = { summary: summaryOf(status), troubles: problems(status), next: nextCommands(status) };
    const argv = ["status", "--output", "json"];
    const data = { schemaVersion: 1, ...status, ...more };
    expect(await misfits(argv, JSON.stringify(data))).toEqual([]);
    expect(await misfits(argv, JSON.stringify({ ...data, forgotten: 1 }))).not.toEqual([]);
  },
);

it.each([NORMAL, UNCHANGED, BLOCKED, WINDOW])("a plan has no member that its schema does not name", async (plan) => {
  const argv = ["rollback", "--dry-run", "--output", "json"];
  expect(await misfits(argv, JSON.stringify(plan))).toEqual([]);
  const [first, ...others] = plan.steps;
  const wrong = { ...plan, steps: [{ ...first, forgotten: 1 }, ...others] };
  expect(await misfits(argv, JSON.stringify(wrong))).not.toEqual([]);
});

it("an output is found by the name of its command", () => {
  expect(outputOf("migrate down", true)).toBe("dry-run");
  expect(outputOf("migrate down", false)).toBe("execution");
  expect(outputOf("history export", false)).toBe("history-export");
  expect(Object.keys(OUTPUTS)).toContain(outputOf("schema", false));
});
