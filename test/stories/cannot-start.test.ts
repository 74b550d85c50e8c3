import { CloudWatchLogsClient, DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DeleteRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
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

const Statement = [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }];
const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
const SecretId = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:vulcan/prod/admin-token-Ef56Gh";

/** What a task needs as it starts, each taken away. */
const HARMS: readonly [string, string, () => Promise<unknown>][] = [
  ["a role that is gone", "role-gone", () => new IAMClient({}).send(new DeleteRoleCommand(EXECUTION))],
  [
    "a role that tasks may not use",
    "role-untrusted",
    () => new IAMClient({}).send(new UpdateAssumeRolePolicyCommand({ ...EXECUTION, PolicyDocument })),
  ],
  [
    "a log group that is gone",
    "log-group-gone",
    () => new CloudWatchLogsClient({}).send(new DeleteLogGroupCommand({ logGroupName: "/ecs/vulcan-prod" })),
  ],
  [
    "a secret that is gone",
    "secret-missing",
    () => new SecretsManagerClient({}).send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
  ],
];

describe.each(PROCEDURES)("%s", (_name, scenario, words) => {
  it.each(HARMS)("is stopped by %s, before anything is sent", async (_what, reason, harm) => {
    await rig.sandbox.reset(scenario);
    await harm();
    const { code, findings } = await dryRun(words);
    const found = findings.filter((finding) => finding.code === reason);
    expect([code, found.map(({ level }) => level), found[0]?.text]).toEqual([
      11,
      ["block"],
      expect.stringMatching(/^no task of vulcan-prod:\d+ can start: /),
    ]);
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
        expect.stringContaining(
          "whether the task role vulcan-prod-task and the execution role vulcan-prod-execution exist",
        ),
        expect.stringContaining("whether the subnets and security groups of the service exist"),
      ]),
    ]);
  });
});

it("a cutover to a secret that may not be looked at says so", async () => {
  await rig.sandbox.reset("healthy");
  rig.sandbox.inject({ operation: "DescribeSecret", when: "before", kind: "access-denied", times: 100 });
  const secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:other-Ab12Cd";
  const words = ["restore", "--latest", "--cutover", "revision", "--database-secret", secret];
  const { findings } = await dryRun(words);
  rig.sandbox.clearFaults();
  const texts = findings.map(({ text }) => text);
  expect(texts).toContainEqual(expect.stringContaining(`not checked: whether the secret ${secret} exists`));
});

it("a rollback to a revision whose role is gone sends nothing", async () => {
  await rig.sandbox.reset("bad-but-healthy");
  await new IAMClient({}).send(new DeleteRoleCommand(EXECUTION));
  const words = ["rollback", "--to", "42", "--yes", "--confirm", "42", "--expect-current", "43"];
  const refused = await vulcanOps([...words, "--state-dir", rig.stateDir]);
  expect([refused.code, serviceRevision(rig.sandbox)]).toEqual([11, "vulcan-prod:43"]);
});
