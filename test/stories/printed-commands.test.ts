import { CloudWatchClient, DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { ModifyDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { shellWords } from "../../src/ui/text/wrap-command.ts";
import { has, shell } from "../support/process.ts";
import { sample } from "../support/sample.ts";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release");
});
afterAll(() => rig.close());

/** Flags for the folder of journals are not known to every command. */
const run = (argv: readonly string[]) => vulcanOps(argv, { columns: 2000, env: { XDG_STATE_HOME: rig.stateDir } });

interface Run {
  readonly scenario: string;
  readonly argv: readonly string[];
}

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
const ANSWERS = ["--yes", "--confirm", "42", "--expect-current", "43"];
const RUNS: readonly Run[] = [
  { scenario: "bad-release", argv: ["rollback", ...ANSWERS] },
  { scenario: "bad-release", argv: ["rollback", "--to", "99", "--dry-run"] },
  { scenario: "bad-release", argv: ["status"] },
  { scenario: "bad-release", argv: ["doctor"] },
  { scenario: "bad-release", argv: ["plan", "--all", "--dry-run=read"] },
  { scenario: "bad-release", argv: ["show", "nope"] },
  { scenario: "bad-release", argv: ["resume", "nope"] },
  { scenario: "revert-fails", argv: ["rollback", ...ANSWERS] },
  { scenario: "image-gone", argv: ["rollback", "--dry-run"] },
  { scenario: "nothing-to-revert", argv: ["rollback", "--dry-run"] },
  { scenario: "major-release", argv: ["maintenance", "--dry-run"] },
  { scenario: "healthy", argv: ["maintenance", "--dry-run"] },
  { scenario: "healthy", argv: ["migrate", "down", "99", "--dry-run"] },
  { scenario: "healthy", argv: ["restore", "--to", "2001-01-01T00:00:00Z", "--dry-run"] },
  { scenario: "storage-full", argv: ["restore", "--latest", "--dry-run"] },
  { scenario: "healthy", argv: ["alerts", "--topic", TOPIC, "--dry-run"] },
  { scenario: "empty", argv: ["status"] },
  { scenario: "empty", argv: ["restore", "--latest", "--dry-run"] },
];

/** Each documented setting set otherwise, by hands of AWS's own clients. */
async function unset(): Promise<void> {
  const names = { cluster: "vulcan-prod", service: "vulcan-prod" };
  const ecs = new ECSClient({});
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: "vulcan-prod", services: ["vulcan-prod"] }),
  );
  const TargetGroupArn = services[0]?.loadBalancers?.[0]?.targetGroupArn ?? "";
  const deploymentConfiguration = { minimumHealthyPercent: 50, maximumPercent: 150 };
  const taskDefinition = await withoutHealthCheck(ecs);
  const change = { deploymentConfiguration, enableExecuteCommand: false, taskDefinition };
  await ecs.send(new UpdateServiceCommand({ ...names, ...change }));
  const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "5" }];
  const elb = new ElasticLoadBalancingV2Client({});
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  const unprotected = { BackupRetentionPeriod: 0, DeletionProtection: false, ApplyImmediately: true };
  await new RDSClient({}).send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "vulcan-prod", ...unprotected }));
}

/** A copy of what runs; its container has no health check. */
async function withoutHealthCheck(ecs: ECSClient): Promise<string> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "vulcan-prod:42" }));
  const { family, cpu, memory, networkMode, executionRoleArn, taskRoleArn, requiresCompatibilities } = {
    ...taskDefinition,
  };
  const containerDefinitions = taskDefinition?.containerDefinitions?.map(({ healthCheck: _, ...rest }) => rest);
  const more = { cpu, memory, networkMode, executionRoleArn, taskRoleArn, requiresCompatibilities };
  const input = { family, containerDefinitions, ...more } as RegisterTaskDefinitionCommandInput;
  const made = await ecs.send(new RegisterTaskDefinitionCommand(input));
  return made.taskDefinition?.taskDefinitionArn ?? "";
}

const EACH_SETTING = [
  "ecs update-service",
  "ecs update-service",
  "ecs describe-task-definition",
  "elbv2 modify-target-group-attributes",
  "rds modify-db-instance",
];

const print = async (form: string) => (await run(["doctor", "--print-fix", form])).stdout;

it.runIf(has("aws") && has("jq"))(
  "the lines of doctor --print-fix aws set each documented setting, and then there is nothing to print",
  { timeout: 300_000 },
  async () => {
    await rig.sandbox.reset("healthy");
    await unset();
    const before = mutations(rig.sandbox).length;
    // RDS takes a while to show what it was asked for.
    const lines = await vi.waitFor(
      async () => {
        const found = (await print("aws")).split("\n").filter((line) => line.startsWith("aws "));
        expect(found.map((line) => line.split(" ").slice(1, 3).join(" "))).toEqual(EACH_SETTING);
        return found;
      },
      { timeout: 60_000, interval: 1000 },
    );
    expect(mutations(rig.sandbox)).toHaveLength(before);
    for (const line of lines) {
      const { code, stderr } = await shell(`cd ${rig.stateDir} && ${line}`, { ...rig.sandbox.env, AWS_PAGER: "" });
      expect([line, code, stderr]).toEqual([line, 0, ""]);
    }
    await vi.waitFor(async () => expect(await print("aws")).toBe(""), { timeout: 60_000, interval: 1000 });
  },
);

it("the documented alerts, printed for the AWS CLI, are the alerts of the runbook", {
  timeout: 300_000,
  tags: ["variant"],
}, async () => {
  if (!has("aws")) return;
  await rig.sandbox.reset("healthy");
  await new CloudWatchClient({}).send(new DeleteAlarmsCommand({ AlarmNames: ["vulcan-prod-healthy-hosts"] }));
  const topic = ["--topic", TOPIC];
  const { stdout } = await run(["alerts", ...topic, "--print", "aws"]);
  const lines = stdout.split("\n").filter((line) => line.startsWith("aws "));
  for (const line of lines) {
    const { code, stderr } = await shell(line, { ...rig.sandbox.env, AWS_PAGER: "" });
    expect([line, code, stderr]).toEqual([line, 0, ""]);
  }
  const planned = await run(["alerts", ...topic, "--dry-run", "--output", "json"]);
  const { steps } = JSON.parse(planned.stdout) as { steps: readonly { id: string; readiness: string }[] };
  const settings = steps.filter(({ id }) => ["rule", "target", "hosts", "connections"].includes(id));
  expect(settings.map(({ readiness }) => readiness)).toEqual(["unchanged", "unchanged", "unchanged", "unchanged"]);
});

/** What people see alone on a row, or after its label, on a screen so wide that nothing is wrapped. */
const linesIn = (text: string): string[] =>
  text.split("\n").flatMap((row) => /^\s*(?:[A-Z]\w* +)?((?:aws|vulcan-ops) .*?)\s*$/.exec(row)?.[1] ?? []);

/** A line with a place for something that only the operator knows is not to be run as it stands. */
const isWhole = (line: string): boolean => !/…|\b[A-Z]{2,}\b(?![-_:/.])|&& echo/.test(line.replace(/'[^']*'/g, ""));

async function printed(): Promise<readonly { readonly from: Run; readonly line: string }[]> {
  const found: { from: Run; line: string }[] = [];
  // The first ends well, with a journal.
  for (const from of sample(RUNS, 7, (one) => one === RUNS[0])) {
    await rig.sandbox.reset(from.scenario);
    const { stdout, stderr } = await run(from.argv);
    for (const line of linesIn(`${stdout}\n${stderr}`)) found.push({ from, line });
  }
  const known = new Set<string>();
  return found.filter(({ line }) => isWhole(line) && !known.has(line) && known.add(line));
}

it("every command that runs print leads somewhere", { timeout: 300_000 }, async () => {
  const all = await printed();
  // Whoever undoes an execution does not resume it.
  const isUndo = ({ line }: { readonly line: string }) => Number(line.startsWith("vulcan-ops undo"));
  const ours = all.filter(({ line }) => line.startsWith("vulcan-ops ")).sort((a, b) => isUndo(a) - isUndo(b));
  const theirs = all.filter(({ line }) => line.startsWith("aws "));
  expect(ours.length).toBeGreaterThan(2);

  const wrong: string[] = [];
  let scenario = "";
  for (const { from, line } of ours) {
    // Those that write end at the question.
    if (scenario !== from.scenario) await rig.sandbox.reset(from.scenario);
    scenario = from.scenario;
    const words = shellWords(line).map((word) => word.replaceAll("'", ""));
    const { code, stderr } = await run(words.slice(1));
    // Without a terminal a command that asks ends with 6 and names the flags that answer. Any other 6 is a wrong command.
    const isAsked = /\[answers-missing\]|--yes|--expect-current|--confirm/.test(stderr);
    if (/\[(internal|usage)\]/.test(stderr) || (code === 6 && !isAsked))
      wrong.push(`${from.argv.join(" ")} → ${line}: ${stderr}`);
  }
  // The AWS CLI costs about a second each.
  if (has("aws"))
    for (const { from, line } of sample(theirs, 3)) {
      await rig.sandbox.reset(from.scenario);
      const { code, stderr } = await shell(line, { ...rig.sandbox.env, AWS_PAGER: "" });
      if (code !== 0 && !/An error occurred \(/.test(stderr)) wrong.push(`${from.argv.join(" ")} → ${line}: ${stderr}`);
    }
  expect(wrong).toEqual([]);
});
