import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import {
  busiestMinute,
  deploy,
  eventOf,
  progressOf,
  rollback,
  troubleAfter,
  waitFor,
} from "../support/stories/rollout.ts";

const WRITE = ["UpdateService", 1] as const;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 120);
});
afterAll(() => rig.close());

describe("a revert that comes to a good end", () => {
  it("is called so at once, with what still drains and when that will be gone; then the last task is followed out", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const outcome = await rollback(rig, 43, 42);
    expect(outcome.code).toBe(0);
    const serving = eventOf(outcome, "step.verified", "rollout");
    expect(serving.text).toMatch(
      /^vulcan-prod:42 healthy on 3\/3 tasks and targets; 3 tasks of vulcan-prod:43 still draining, gone by about \d\d:\d\d:\d\dZ$/,
    );
    const drained = eventOf(outcome, "step.verified", "drained");
    expect(drained.text).toMatch(/^all old tasks are gone \(last stopped \d\d:\d\d:\d\dZ\)$/);
    const minutes = (Date.parse(drained.at) - Date.parse(serving.at)) / 60_000;
    expect(minutes).toBeGreaterThan(3.5);
    expect(minutes).toBeLessThan(6.5);
    const promised = /by about (\S+)Z/.exec(serving.text)?.[1] ?? "";
    const came = /last stopped (\S+)Z/.exec(drained.text)?.[1] ?? "";
    expect(Math.abs(secondsOf(promised) - secondsOf(came)) % 86_340).toBeLessThan(60);
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
  });

  it("does not hold the verdict up for a task that will not go: out of time, it says which, exit 7", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    await drainFor(900);
    await deploy(42);
    expect((await waitFor(rig, 42)).code).toBe(0);
    const outcome = await waitFor(rig, 42, ["until: drained"], 370);
    expect(outcome.code).toBe(7);
    expect(eventOf(outcome, "execution.ended")).toMatchObject({
      reason: "still-draining",
      text: expect.stringMatching(/^vulcan-prod:42 serves, but .* 3 tasks of vulcan-prod:43 are DEACTIVATING/),
    });
  });
});

describe("a release that harms data", () => {
  it("has its tasks stopped once the replacements serve, in one step that is asked for and not without them", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const outcome = await rollback(rig, 43, 42, "--stop-bad-now");
    expect(eventOf(outcome, "step.verified", "stop").text).toBe("3 tasks have stopped");
    expect(outcome.code).toBe(0);
    const serving = Date.parse(eventOf(outcome, "step.verified", "rollout").at);
    const drained = Date.parse(eventOf(outcome, "step.verified", "drained").at);
    // By draining it would have been five minutes.
    expect((drained - serving) / 1000).toBeLessThan(90);
    const planned = eventOf(outcome, "step.planned", "stop");
    expect(planned.awsCli?.match(/aws ecs stop-task --cluster vulcan-prod --reason '[^']+' --task \w+/g)).toHaveLength(
      3,
    );
    expect(planned.undo).toMatchObject({ kind: "irreversible" });
    expect(mutations(rig.sandbox)).toEqual(["UpdateService", "StopTask", "StopTask", "StopTask"]);
  });

  it("a task that cannot be stopped is told, and followed out all the same", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    rig.sandbox.inject({ operation: "StopTask", when: "before", kind: "access-denied", nth: 2 });
    const outcome = await rollback(rig, 43, 42, "--stop-bad-now");
    rig.sandbox.clearFaults();
    expect(eventOf(outcome, "step.failed", "stop")).toMatchObject({
      reason: "tasks-linger",
      text: expect.stringMatching(/1 task of vulcan-prod:43 not stopped yet/),
      evidence: [
        expect.stringContaining("AWS refused ecs:StopTask"),
        expect.stringMatching(/^task \w+: DEACTIVATING$/),
      ],
    });
    expect(eventOf(outcome, "step.verified", "drained").text).toMatch(/^all old tasks are gone/);
    expect(outcome.code).toBe(0);
  });
});

async function drainFor(seconds: number): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client({});
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: String(seconds) }];
  const { TargetGroupArn } = TargetGroups[0] ?? {};
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
}

describe("a revert that does not", () => {
  it("another deployment lands during the wait: superseded, and not its success is reported", async () => {
    await rig.sandbox.reset("ci-deploys");
    const outcome = await rollback(rig, 43, 42);
    expect(outcome.code).toBe(1);
    expect(eventOf(outcome, "step.failed", "rollout")).toMatchObject({
      reason: "superseded",
      text: expect.stringMatching(/^another deployment \(vulcan-prod:44\) replaced vulcan-prod:42/),
    });
  });

  it.each([
    [
      "image-missing",
      "task-cannot-start",
      /^tasks of vulcan-prod:43 cannot start: CannotPullContainerError: .*not found\. /,
    ],
    ["secret-missing", "task-cannot-start", /^tasks of vulcan-prod:43 cannot start: ResourceInitializationError: /],
    ["crash-loop", "task-exits", /tasks of vulcan-prod:43 ended by themselves with exit code 1\. /],
    ["health-failing", "health-failing", /tasks of vulcan-prod:43 failed their health checks\. /],
  ])("%s: %s, with who serves, what ECS does next, and three commands", async (scenario, reason, text) => {
    await rig.sandbox.reset(scenario);
    const outcome = await waitFor(rig, 43);
    const failed = eventOf(outcome, "step.failed");
    expect(outcome.code).toBe(1);
    expect(failed).toMatchObject({ reason, text: expect.stringMatching(text) });
    expect(failed.text).toMatch(/Traffic is served by 3 healthy tasks of vulcan-prod:42 \(3 wanted\)$/);
    expect(failed.evidence[0]).toMatch(/^\d+ × /);
    expect(failed.evidence).toContainEqual(expect.stringMatching(/^next: no circuit breaker is on/));
    expect(failed.next).toEqual(
      ["undo", "rollback --dry-run", "resume"].map((words) => `vulcan-ops ${words} --state-dir ${rig.stateDir}`),
    );
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("a crash loop's report has the last words of the container", async () => {
    await rig.sandbox.reset("crash-loop");
    const { evidence } = eventOf(await waitFor(rig, 43), "step.failed");
    expect(evidence.at(-1)).toMatch(/ERR panic: config: RELAY_URL is not set$/);
  });

  it("no room for its tasks: a warning after two minutes without movement, and at the time limit exit 7", async () => {
    await rig.sandbox.reset("no-capacity");
    const outcome = await waitFor(rig, 43, [], 240);
    expect(outcome.code).toBe(7);
    expect(eventOf(outcome, "execution.ended")).toMatchObject({ reason: "still-in-progress" });
    expect(progressOf(outcome).at(-1)).toMatch(/Capacity is unavailable.*\nwarning: nothing has moved for [34] min/);
    expect(busiestMinute(rig.sandbox)).toBeLessThanOrEqual(40);
  });
});

describe("a wait on a bad line", () => {
  it("the operator's laptop has no network for five minutes: it goes on, and comes to the right end", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const trouble = troubleAfter(rig.sandbox, WRITE, { operation: "*", when: "before", kind: "reset" }, 300);
    const outcome = await rollback(rig, 43, 42);
    await trouble;
    expect(eventOf(outcome, "execution.ended")).toMatchObject({ exitCode: 0 });
    expect(progressOf(outcome)).toContainEqual(expect.stringMatching(/^cannot read the service/));
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
  });

  it("credentials expire: the watching ends with exit 4, the change goes on, and resume takes it up again", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const trouble = troubleAfter(
      rig.sandbox,
      WRITE,
      { operation: "DescribeServices", nth: 8, when: "before", kind: "expired-token" },
      100,
    );
    const outcome = await rollback(rig, 43, 42);
    expect(outcome.code).toBe(4);
    const ended = eventOf(outcome, "execution.ended");
    expect(ended).toMatchObject({
      status: "unknown",
      reason: "aws-expired",
      text: expect.stringMatching(/^AWS continues, unwatched: AWS says that these credentials have expired/),
    });
    await trouble;
    const resumed = await vulcanOps([
      "resume",
      ended.execution,
      "--state-dir",
      rig.stateDir,
      "--yes",
      "--output",
      "ndjson",
    ]);
    expect(resumed.code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
  });
});
