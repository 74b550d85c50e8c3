import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
let cwd: string;
beforeAll(async () => {
  rig = await openRig("bad-release");
  cwd = join(rig.stateDir, "checkout");
  mkdirSync(cwd);
  const settings = 'account: "111122223333", production: false, requireReason: true';
  writeFileSync(join(cwd, "vulcan-ops.yaml"), `schemaVersion: "1"\ntargets: {vulcan-prod: {${settings}}}\n`);
});
afterAll(() => rig.close());

const run = (...argv: string[]) => vulcanOps([...argv, "--state-dir", rig.stateDir], { cwd });
const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";

it("is demanded of a change, with all that is missing, before anything is sent", async () => {
  const { code, stderr } = await run("alerts", "--topic", TOPIC);
  expect(code).toBe(6);
  expect(stderr.replace(/\s+/g, " ")).toContain(
    "--yes (step rule asks); --reason TEXT (target vulcan-prod requires a reason)",
  );
  expect((await run("history", "--output", "json")).stdout).toBe("[]\n");
  expect((await run("alerts", "--topic", TOPIC, "--reason", " ")).code).toBe(6);
});

it("is never demanded of a rollback or its undo; given, it stands in journal, END, show and history", async () => {
  const rollback = ["rollback", "--yes", "--confirm", "42", "--expect-current", "43"];
  const bare = await run(...rollback);
  expect([bare.code, bare.stderr.replace(/\s+/g, " ")]).toEqual([0, expect.stringContaining("No reason given")]);
  const undo = ["undo", "last", "--yes", "--confirm", "redeploy 43", "--expect-current", "42"];
  const undone = await run(...undo, "--reason", "CHG-7\u001b[2J key AKIAIOSFODNN7EXAMPLE", "--output", "json");
  const statedReason = "CHG-7\\u{1b}[2J key [access key]";
  expect(JSON.parse(undone.stdout)).toMatchObject({ statedReason });
  const shown = (await run("show", "last")).stdout;
  expect(shown.split(statedReason)).toHaveLength(3);
  const [listed] = JSON.parse((await run("history", "--output", "json")).stdout);
  expect(listed.statedReason).toBe(statedReason);
  expect((await run("history")).stdout).toContain(`reason: ${statedReason}`);
});
