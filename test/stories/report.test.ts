import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NEEDS } from "../../src/domain/aws/iam-needs.ts";
import { namesOf, policyFor } from "../../src/domain/aws/iam-policy.ts";
import type { ReportDocument } from "../../src/domain/report/document.ts";
import { allows } from "../support/policy/allows.ts";
import { askedFor } from "../support/policy/requests.ts";
import { openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";

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

it("a reason is demanded of a change, with all that is missing, before anything is sent", async () => {
  const { code, stderr } = await run("alerts", "--topic", TOPIC);
  expect(code).toBe(6);
  expect(stderr.replace(/\s+/g, " ")).toContain(
    "--yes (step rule asks); --reason TEXT (target vulcan-prod requires a reason)",
  );
  expect((await run("history", "--output", "json")).stdout).toBe("[]\n");
  expect((await run("alerts", "--topic", TOPIC, "--reason", " ")).code).toBe(6);
});

/** Follows the execution that begins at this moment, from its first record on. */
async function followNewest() {
  for (let tries = 0; tries < 500; tries++) {
    const outcome = await run("show", "last", "--follow", "--output", "ndjson");
    if (outcome.code !== 6) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no execution began");
}

it("a reason is never demanded of a rollback or its undo; given, it stands in journal, END, show and history", async () => {
  const rollback = ["rollback", "--yes", "--confirm", "42", "--expect-current", "43"];
  const running = run(...rollback);
  const [bare, followed] = await Promise.all([running, followNewest()]);
  const types = followed.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).type as string);
  expect([followed.code, types[0], types.at(-1)]).toEqual([0, "execution.started", "execution.ended"]);
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

it("a report has what AWS knows of that time beside the journal, with the permissions of its command alone", async () => {
  const before = rig.sandbox.requests().length;
  const { code, stdout, stderr } = await run("report", "last", "--format", "json");
  expect([code, stderr]).toEqual([0, "Not read: metrics: not measured: no step of it watched them.\n"]);
  const policies = [policyFor(NEEDS.report, namesOf(TARGET))];
  const asked = rig.sandbox.requests().slice(before).flatMap(askedFor);
  expect(asked.filter((one) => !allows(policies, one))).toEqual([]);
  const { timeline, durations, logs, executions } = JSON.parse(stdout) as ReportDocument;
  expect(new Set(timeline.map(({ source }) => source))).toEqual(new Set(["execution", "deployment", "service"]));
  expect(timeline.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      "deployment of vulcan-prod:43 began",
      expect.stringMatching(/^rollout: vulcan-prod:42 healthy on 3\/3/),
      expect.stringMatching(/^ended, exit 1: Failed at step 3\/6 \(revert\)/),
    ]),
  );
  const detect = durations.find(({ id }) => id === "detect");
  expect(detect).toEqual({
    id: "detect",
    title: "Time to detect",
    text: expect.stringMatching(
      /^no alarm fired between the deployment of vulcan-prod:43 at \d\d:\d\d:\d\dZ and the first request$/,
    ),
  });
  expect(logs[0]).toMatchObject({ group: "/ecs/vulcan-prod", streamPrefix: "vulcan/vulcan/" });
  expect(executions[0]?.requests.map(({ phase, operation }) => `${phase} ${operation}`)).toEqual([
    "do ecs:StopServiceDeployment",
    "undo ecs:UpdateService",
  ]);
});
