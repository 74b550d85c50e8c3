import { DeleteRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 120);
});
afterAll(() => rig.close());

/** Each procedure that starts tasks, and the step that looks at what they need. */
const PROCEDURES: readonly [string, string, readonly string[]][] = [
  ["rollback", "bad-but-healthy", ["rollback", "--to", "42"]],
  ["migrate down", "healthy", ["migrate", "down", "1", "--via", "task"]],
  ["a cutover", "healthy", ["restore", "--latest", "--cutover", "rename"]],
  ["a window", "major-release", ["maintenance", "--to", "43"]],
];

async function dryRun(words: readonly string[]) {
  const { code, stdout } = await vulcanOps([...words, "--dry-run", "--output", "json", "--state-dir", rig.stateDir]);
  const { steps = [] } = JSON.parse(stdout) as {
    steps?: { findings: { level: string; code: string; text: string }[] }[];
  };
  return { code, findings: steps.flatMap(({ findings }) => findings) };
}

const EXECUTION = { RoleName: "vulcan-prod-execution" };
const iam = () => new IAMClient({});

describe.each(PROCEDURES)("%s", (_name, scenario, words) => {
  it("is stopped by a role that is gone, before anything is sent", async () => {
    await rig.sandbox.reset(scenario);
    await iam().send(new DeleteRoleCommand(EXECUTION));
    const { code, findings } = await dryRun(words);
    const found = findings.find((finding) => finding.code === "role-gone");
    expect([code, found?.level, found?.text]).toEqual([
      11,
      "block",
      expect.stringMatching(/^no task of vulcan-prod:\d+ can start: its execution role vulcan-prod-execution is gone$/),
    ]);
  });

  it("is stopped by a role that tasks may not use", async () => {
    await rig.sandbox.reset(scenario);
    const Statement = [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iam().send(new UpdateAssumeRolePolicyCommand({ ...EXECUTION, PolicyDocument }));
    const { code, findings } = await dryRun(words);
    expect([code, findings.map((finding) => finding.code)]).toEqual([11, expect.arrayContaining(["role-untrusted"])]);
  });

  it("is stopped by no read that is not allowed: it says what was not checked", async () => {
    await rig.sandbox.reset(scenario);
    for (const operation of ["GetRole", "DescribeSubnets", "DescribeSecurityGroups"])
      rig.sandbox.inject({ operation, when: "before", kind: "access-denied", times: 100 });
    const { code, findings } = await dryRun(words);
    rig.sandbox.clearFaults();
    const texts = findings.filter((finding) => finding.code === "not-checked").map(({ text }) => text);
    expect([code, texts]).toEqual([
      0,
      expect.arrayContaining([
        expect.stringContaining("whether the execution role vulcan-prod-execution exists"),
        expect.stringContaining("whether the subnets of the service exist"),
        expect.stringContaining("whether the security groups of the service exist"),
      ]),
    ]);
  });
});

it("a rollback to a revision whose role is gone sends nothing", async () => {
  await rig.sandbox.reset("bad-but-healthy");
  await iam().send(new DeleteRoleCommand(EXECUTION));
  const words = ["rollback", "--to", "42", "--yes", "--confirm", "42", "--expect-current", "43"];
  const refused = await vulcanOps([...words, "--state-dir", rig.stateDir]);
  expect([refused.code, serviceRevision(rig.sandbox)]).toEqual([11, "vulcan-prod:43"]);
});
