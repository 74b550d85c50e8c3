import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { json, queryError, type Rules, rewritingProxy } from "../support/rewriting-proxy.ts";
import { eventsOf, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { rollback } from "../support/stories/rollout.ts";

/** Situations of accounts that people really have, of which the sandbox has no model. */

let rig: Rig;
let proxy: Awaited<ReturnType<typeof rewritingProxy>>;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 240);
  proxy = await rewritingProxy(rig.sandbox.endpoint);
});
beforeEach(async () => {
  await rig.sandbox.reset("bad-but-healthy");
  process.env.AWS_ENDPOINT_URL = proxy.url;
  proxy.use({});
});
afterAll(async () => {
  process.env.AWS_ENDPOINT_URL = rig.sandbox.endpoint;
  await proxy.close();
  await rig.close();
});

const run = (...words: readonly string[]) =>
  vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 200, env: { AWS_ENDPOINT_URL: proxy.url } });
const status = async () => (await run("status", "--verbose")).stdout;
const back = () => rollback(rig, 43, 42);
const endOf = ({ stdout }: { readonly stdout: string }) => {
  const end = eventsOf(stdout).findLast(({ type }) => type === "execution.ended");
  if (end?.type !== "execution.ended") throw new Error(stdout.slice(-2000));
  return end;
};

interface TaskAnswer {
  attachments?: { details?: { name?: string; value?: string }[] }[];
  containers?: object[];
  containerInstanceArn?: string;
  taskArn?: string;
}
/** Changes each task of DescribeTasks. */
const tasks = (change: (task: TaskAnswer, index: number) => void) => (operation: string, text: string) => {
  if (operation !== "DescribeTasks") return text;
  const answer = JSON.parse(text);
  answer.tasks?.forEach(change);
  return JSON.stringify(answer);
};

describe("targets and the tasks behind them", () => {
  it("IPv6 addresses are matched, however each side writes them", async () => {
    const six = (v4: string, prefix: string) =>
      `${prefix}${v4
        .split(".")
        .map((n) => Number(n).toString(16))
        .join(":")}`;
    const rename = tasks(({ attachments, containers }) => {
      for (const detail of attachments?.[0]?.details ?? [])
        if (detail.name === "privateIPv4Address")
          Object.assign(detail, { name: "privateIPv6Address", value: six(detail.value ?? "", "2600:1f14::") });
      for (const container of containers ?? []) Object.assign(container, { networkInterfaces: [] });
    });
    const rules: Rules = {
      rewrite: (operation, text) =>
        operation === "DescribeTargetHealth"
          ? text.replace(/<Id>([\d.]+)<\/Id>/g, (_, ip: string) => `<Id>${six(ip, "2600:1F14:0:0:")}</Id>`)
          : rename(operation, text),
    };
    proxy.use(rules);
    expect(await status()).toContain("Targets   3 healthy of vulcan-prod:43 (wanted 3)");
    expect(endOf(await back())).toMatchObject({ status: "done", exitCode: 0 });
  });

  it("tasks in bridge mode are matched by instance and port, several on one instance", async () => {
    const ports = new Map<string, number>();
    const portOf = (address: string) => {
      if (!ports.has(address)) ports.set(address, 32_768 + ports.size);
      return ports.get(address);
    };
    const bridge = tasks((task) => {
      const address = task.attachments?.[0]?.details?.find(({ name }) => name === "privateIPv4Address")?.value ?? "";
      task.attachments = [];
      task.containerInstanceArn = "arn:aws:ecs:eu-west-1:111122223333:container-instance/vulcan-prod/h1";
      task.containers = (task.containers ?? []).map((one) => ({
        ...one,
        networkInterfaces: [],
        networkBindings: [{ hostPort: portOf(address), containerPort: 8080 }],
      }));
    });
    proxy.use({
      own: (operation) =>
        operation === "DescribeContainerInstances"
          ? json({
              containerInstances: [
                {
                  containerInstanceArn: "arn:aws:ecs:eu-west-1:111122223333:container-instance/vulcan-prod/h1",
                  ec2InstanceId: "i-0abc",
                },
              ],
            })
          : undefined,
      rewrite: (operation, text) =>
        operation === "DescribeTargetHealth"
          ? text.replace(/<Id>([\d.]+)<\/Id><Port>\d+</g, (_, ip: string) => `<Id>i-0abc</Id><Port>${portOf(ip)}<`)
          : bridge(operation, text),
    });
    expect(await status()).toContain("Targets   3 healthy of vulcan-prod:43 (wanted 3)");
    expect(endOf(await back())).toMatchObject({ status: "done", exitCode: 0 });
    // A container instance keeps its EC2 instance: one question in each of the two lives of the program.
    expect(proxy.asked.filter(({ operation }) => operation === "DescribeContainerInstances")).toHaveLength(2);
  });

  it("that cannot be matched leave the word to ECS, at once, and this is said", async () => {
    proxy.use({
      rewrite: tasks((task) => {
        task.attachments = [];
        task.containers = (task.containers ?? []).map((one) => ({ ...one, networkInterfaces: [] }));
      }),
    });
    expect(await status()).toContain("Targets   3 healthy, which cannot be matched to tasks (wanted 3)");
    const outcome = await back();
    expect(endOf(outcome)).toMatchObject({ status: "done", exitCode: 0 });
    expect(outcome.stdout).toContain("the targets of vulcan-prod cannot be matched to tasks: ECS's own word decides");
    const [sent, ended] = ["step.sent", "execution.ended"].map((type) =>
      Date.parse(eventsOf(outcome.stdout).find((event) => event.type === type)?.at ?? ""),
    );
    expect((ended ?? 0) - (sent ?? 0)).toBeLessThan(15 * 60_000);
  });
});

describe("a target group", () => {
  const plan = async (...words: readonly string[]) => {
    const { code, stdout } = await run(...words, "--dry-run", "--output", "json");
    const findings = JSON.parse(stdout).steps.flatMap((step: { findings: { code: string }[] }) => step.findings);
    return {
      code,
      finding: (wanted: string) => findings.find(({ code: found }: { code: string }) => found === wanted),
    };
  };

  it("that is gone blocks before anything is sent, in each procedure that starts tasks, and is failing in status", async () => {
    proxy.use({
      own: (operation) =>
        /^DescribeTarget(Health|Groups|GroupAttributes)$/.test(operation)
          ? queryError("TargetGroupNotFound", "One or more target groups not found")
          : undefined,
    });
    const cutover = ["restore", "--to", "-15m", "--as", "vulcan-noon", "--cutover", "rename"];
    const procedures = [["rollback"], ["maintenance", "--to", "42"], ["migrate", "down", "1"], cutover];
    for (const words of procedures) {
      const { code, finding } = await plan(...words);
      expect([words, code]).toEqual([words, 11]);
      expect(finding("target-group-gone")).toMatchObject({
        level: "block",
        text: "the target group vulcan-prod, which vulcan-prod names, is gone: no new task can take requests",
      });
    }
    const doctor = await run("doctor");
    expect(doctor.code).toBe(11);
    expect(doctor.stdout).toMatch(/FAIL +Drain +the target group vulcan-prod, which vulcan-prod names, is gone/);
    const screen = await status();
    expect(screen).toMatch(/Failing +target group vulcan-prod is gone: no new task can take requests/);
    expect(screen).toContain("Targets   the target group is gone");
  });

  it("behind no load balancer blocks as well", async () => {
    proxy.use({
      rewrite: (operation, text) =>
        operation === "DescribeTargetGroups"
          ? text.replace(/<LoadBalancerArns>.*?<\/LoadBalancerArns>/s, "<LoadBalancerArns/>")
          : text,
    });
    const { code, finding } = await plan("rollback");
    expect(code).toBe(11);
    expect(finding("target-group-unused")).toMatchObject({ level: "block" });
    expect(await status()).toMatch(/Failing +target group vulcan-prod is behind no load balancer/);
  });

  it("whose setup may not be read is not checked, and stops nothing", async () => {
    rig.sandbox.inject({
      operation: "DescribeTargetGroups",
      when: "before",
      kind: "access-denied",
      times: Number.POSITIVE_INFINITY,
    });
    const { code, finding } = await plan("rollback");
    rig.sandbox.clearFaults();
    expect(code).toBe(0);
    expect(finding("target-group-gone") ?? finding("target-group-unused")).toBeUndefined();
    expect(finding("not-checked")).toMatchObject({ level: "warn" });
  });

  it("that checks a port of its own, which the revision does not name, is to know", async () => {
    proxy.use({
      rewrite: (operation, text) =>
        operation === "DescribeTargetGroups" ? text.replace(/<HealthCheckPort>[^<]*</, "<HealthCheckPort>8081<") : text,
    });
    const { code, finding } = await plan("rollback");
    expect(code).toBe(0);
    expect(finding("check-port-missing")).toMatchObject({
      text: "vulcan-prod sends its HTTP checks to port 8081, which vulcan-prod:42 does not name",
    });
  });

  it("is not asked for where the log group of the revision is gone: that is what stops it", async () => {
    proxy.use({
      own: (operation) =>
        operation === "GetLogEvents"
          ? json({ __type: "ResourceNotFoundException", message: "The specified log group does not exist." }, 400)
          : undefined,
    });
    const { code, finding } = await plan("rollback");
    expect(code).toBe(11);
    expect(finding("log-group-gone")).toMatchObject({
      text: "no task of vulcan-prod:42 can start: its log group /ecs/vulcan-prod is gone",
    });
  });
});

describe("a service that is being deleted", () => {
  it("stops a rollback, and is failing in status, although its tasks serve", async () => {
    proxy.use({
      rewrite(operation, text) {
        if (operation !== "DescribeServices") return text;
        const answer = JSON.parse(text);
        for (const service of answer.services) service.status = "DRAINING";
        return JSON.stringify(answer);
      },
    });
    expect(await status()).toMatch(/Failing +service vulcan-prod is DRAINING, not ACTIVE/);
    const { code, stdout } = await run("rollback", "--to", "42", "--dry-run");
    expect([code, stdout]).toEqual([11, expect.stringContaining("vulcan-prod is DRAINING")]);
  });
});

describe("alarms", () => {
  const page = (rule: string) => ({
    AlarmName: "user-impact",
    AlarmRule: rule,
    StateValue: "ALARM",
    StateReason: "a and b",
    ActionsEnabled: true,
    AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:page"],
  });
  const dimension = (Name: string, Value: string) => ({
    AlarmName: "a",
    MetricName: "M",
    Dimensions: [{ Name, Value }],
    StateValue: "OK",
    ActionsEnabled: false,
    AlarmActions: [],
  });
  /** The composite fires; the metric alarm that its rule names is found by its name. */
  const firing = (rule: string, child: object) => ({
    own: (operation: string, body: string) => {
      if (operation !== "DescribeAlarms") return undefined;
      const { AlarmTypes = ["MetricAlarm"], AlarmNames } = JSON.parse(body);
      const composites = AlarmTypes.includes("CompositeAlarm") && AlarmNames === undefined ? [page(rule)] : [];
      return json({ MetricAlarms: AlarmNames === undefined ? [] : [child], CompositeAlarms: composites });
    },
  });

  it("a composite one that fires on the service is failing in status, and to know in the rollback", async () => {
    proxy.use(firing('ALARM("a")', dimension("DBInstanceIdentifier", "vulcan-prod")));
    expect(await status()).toMatch(/Failing +alarm user-impact: a and b/);
    const { stdout } = await run("rollback", "--dry-run", "--verbose");
    expect(stdout).toContain("1 alarm already in ALARM: user-impact");
  });

  it("one whose rule names what is not found counts like one of the service", async () => {
    proxy.use(firing('ALARM("b")', dimension("DBInstanceIdentifier", "other")));
    expect(await status()).toContain("Alarms    1 in ALARM: user-impact");
  });

  it("those of other things are counted, and are no problem of this target", async () => {
    proxy.use(firing('ALARM("a")', dimension("DBInstanceIdentifier", "other")));
    const screen = await status();
    expect(screen).toContain("Alarms    0 in ALARM; 1 alarm of other things");
    expect(screen).not.toContain("Failing");
    const { stdout } = await run("rollback", "--dry-run", "--verbose");
    expect(stdout).toContain("0 alarms of vulcan-prod are in ALARM; 1 alarm of other resources");
  });
});

describe("a deployment history that cannot be read", () => {
  it("does not end a watch, which says so before its first report and ends INCONCLUSIVE", async () => {
    proxy.use({
      own: (operation) =>
        operation === "ListServiceDeployments"
          ? { status: 500, type: "text/html", text: "<html>no</html>" }
          : undefined,
    });
    const { code, stderr, stdout } = await vulcanOps(["watch", "--for", "5m"], {
      env: { AWS_ENDPOINT_URL: proxy.url },
    });
    expect(code).toBe(10);
    expect(stderr).toMatch(/^asked again: AWS failed to answer ecs:ListServiceDeployments/);
    expect(stderr).toContain("the deployment history could not be read, so that the time before may hold a deployment");
    expect(stdout).toContain("the deployment history could not be read");
  });
});
