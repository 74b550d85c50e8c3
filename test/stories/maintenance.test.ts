import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatchClient, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { ECSClient, UpdateTaskProtectionCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLoad } from "../sandbox/load.ts";
import { eventsOf, openRig, type Rig, runningRevisions, vulcanOps } from "../support/sandbox-harness.ts";
import { ended } from "../support/stories/down.ts";
import {
  announced,
  applied,
  configured,
  openWebhook,
  scalingActivities,
  scalingSettings,
  window,
  writes,
} from "../support/stories/maintenance.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("major-release", 400);
});
afterAll(() => rig.close());

const WHOLE = [
  "PutAlarmMuteRule",
  "CreateSchedule",
  "RegisterScalableTarget",
  "UpdateService 1",
  "UpdateService",
  "UpdateService 3",
  "RegisterScalableTarget",
  "DeleteAlarmMuteRule",
  "DeleteSchedule",
];

describe("the whole window, unattended", () => {
  it("goes 3 → 1 → 3 and 6 → 8, proves it, watches it, tells people, and leaves everything as it was", async () => {
    const webhook = await openWebhook();
    const config = configured("vulcan-prod-5xx");
    const before = await scalingSettings();
    const load = startLoad(`${rig.sandbox.loadBalancer}/`, 60);
    const cloudwatch = new CloudWatchClient({});
    const alarm = { AlarmName: "vulcan-prod-5xx", StateValue: "ALARM", StateReason: "a test" } as const;
    // A muted alarm that fires on the way tells nobody.
    const heard = (text: string): void => {
      if (text.includes('"type":"step.sent"') && text.includes('"step":"shrink"'))
        void cloudwatch.send(new SetAlarmStateCommand(alarm));
    };
    const env = { ...config.env, VULCAN_OPS_WEBHOOK: webhook.url };
    const outcome = await window(rig, ["--watch", "30m"], { env, heard });
    const served = await load.stop();
    await webhook.close();
    config.close();

    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    expect(writes(rig).filter((name) => !["SetAlarmState", "Publish"].includes(name))).toEqual(WHOLE);
    expect(await scalingActivities()).toEqual([]);
    expect(await scalingSettings()).toBe(before);
    expect(await applied()).toBe(8);
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43", "vulcan-prod:43", "vulcan-prod:43"]);
    expect([served.failures, served.sent > 300]).toEqual([[], true]);
    expect(announced(webhook.heard).map((text) => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "…"))).toEqual([
      "REHEARSAL: Maintenance of vulcan-prod has begun and ends by … UTC. The service runs on 1 task; responses may be slower.",
      expect.stringMatching(
        /^REHEARSAL: Maintenance of vulcan-prod has ended\. Migrated vulcan-prod to .*: migrations 6 → 8, .*STABLE\. The service runs at its usual size\. SANDBOX \(127\.0\.0\.1:\d+\) vulcan-prod · 111122223333 · eu-west-1$/,
      ),
    ]);
    expect(webhook.heard.filter((text) => !announced([text]).length)).toEqual([
      expect.stringMatching(/^REHEARSAL: Run migrations in a maintenance window: begun by /),
      expect.stringMatching(/^REHEARSAL: Migrated vulcan-prod to .*\. Execution x\d+\. SANDBOX/),
    ]);
    const lifted = rig.sandbox.requests().find(({ operation }) => operation === "DeleteAlarmMuteRule")?.at ?? "";
    const muted = ({ at, message }: { at: number; message: string }): boolean =>
      at < Date.parse(lifted) && message.includes("vulcan-prod-5xx");
    expect(rig.sandbox.state().published.filter(muted)).toEqual([]);
    const journals = readdirSync(rig.stateDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    expect([outcome.stdout, outcome.stderr, ...journals].join("\n")).not.toContain("T0SECRET");
    const verified = eventsOf(outcome.stdout).flatMap((event) =>
      event.type === "step.verified" && "text" in event ? [`${event.step}: ${event.text}`] : [],
    );
    expect(verified).toContainEqual(
      expect.stringMatching(
        /^verify: proven: migrations 6 → 8 .*; no row missing in \d+ tables; schema changed: .*documents\.checksum.*licences\.seats/,
      ),
    );
    expect(verified).toContainEqual(expect.stringMatching(/^watch: STABLE: \d+\/30 min seen/));
    expect(verified).toContainEqual(expect.stringMatching(/^mute: 1 alarm muted until /));
  });

  it("mutes for the window and ten minutes, and not a minute more", () => {
    const rule = rig.sandbox.requests().find(({ operation }) => operation === "PutAlarmMuteRule")?.input;
    expect(rule).toMatchObject({
      MuteTargets: { AlarmNames: ["vulcan-prod-5xx"] },
      Rule: {
        Schedule: { Expression: expect.stringMatching(/^at\(\d{4}-\d\d-\d\dT\d\d:\d\d\)$/), Duration: "PT2H10M" },
      },
    });
  });
});

describe("refused before anything is sent", () => {
  beforeAll(() => rig.sandbox.reset("major-release"));
  const iso = (minutes: number) => `${new Date(rig.sandbox.now() + minutes * 60_000).toISOString().slice(0, 16)}:00Z`;

  it.each<[string, string, number, string]>([
    ["an alarm that reports an outage", "vulcan-prod-healthy-hosts", 11, "it reports an outage"],
    ["an alarm that is not there", "vulcan-prod-5xxx", 11, "there is no alarm vulcan-prod-5xxx"],
  ])("%s", async (_, alarms, code, text) => {
    const config = configured(alarms);
    const outcome = await window(rig, [], { env: config.env });
    config.close();
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(text)]);
    expect(writes(rig)).toEqual([]);
  });

  it.each<[string, () => string[], number, string]>([
    ["a migration that the health check would kill", () => ["--expect", "20m"], 11, "--via task"],
    ["a window that is over", () => ["--window", `${iso(-90)}..${iso(-5)}`], 11, "the window is over"],
    ["a window days ahead", () => ["--window", `${iso(3000)}..${iso(3100)}`], 11, "start this at most a day before"],
    ["a window that ends first", () => ["--window", `${iso(60)}..${iso(30)}`], 11, "ends before it begins"],
    [
      "a window without an offset",
      () => ["--window", "2026-04-10T02:00..2026-04-10T04:00"],
      6,
      "is local time: name its zone",
    ],
    ["a revision that is not there", () => ["--to", "99"], 6, "there is no task definition vulcan-prod:99"],
    ["a watch that only sees fresh tasks", () => ["--watch", "10m"], 6, "from 15 min to 1 d"],
    ["the revision that runs", () => ["--to", "42"], 11, "already runs"],
    ["a text that no step asks for", () => ["--confirm", "no"], 6, "confirm-unasked"],
    ["a watch of no length", () => ["--watch", "a while"], 6, "--watch 30m"],
  ])("%s", async (_, words, code, text) => {
    const outcome = await window(rig, words());
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(text)]);
    expect(writes(rig)).toEqual([]);
  });

  it("a load that one task cannot carry, and a deployment in flight", async () => {
    await rig.sandbox.reset("autoscaler-fights");
    const loaded = await vulcanOps(["maintenance", "--dry-run", "--image", "vulcan:2.0.0"], { columns: 400 });
    expect([loaded.code, loaded.stdout]).toEqual([11, expect.stringContaining("1 task cannot carry the load")]);
    await rig.sandbox.reset("bad-release");
    const flying = await vulcanOps(["maintenance", "--dry-run", "--image", "vulcan:2.0.0"], { columns: 400 });
    expect([flying.code, flying.stdout]).toEqual([11, expect.stringContaining("is still deploying")]);
  });

  it("an image that the registry does not have: exit 11", async () => {
    await rig.sandbox.reset("major-release");
    const image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:9.9.9";
    const { code, stderr } = await window(rig, ["--image", image]);
    expect([code, stderr]).toEqual([11, expect.stringContaining(`the registry does not have ${image}`)]);
    expect(writes(rig)).toEqual([]);
  });

  it("tasks that are protected against scaling in: exit 11, which names them and until when", async () => {
    await rig.sandbox.reset("major-release");
    const [task = ""] = rig.sandbox.state().services[0]?.tasks.map(({ id }) => id) ?? [];
    const protection = { cluster: "vulcan-prod", tasks: [task], protectionEnabled: true, expiresInMinutes: 2880 };
    await new ECSClient({}).send(new UpdateTaskProtectionCommand(protection));
    const { code, stderr } = await window(rig, ["--watch", "15m"]);
    expect([code, stderr]).toEqual([11, expect.stringMatching(/1 task is protected: \w+ \(until [\d: -]+Z\)/)]);
    expect(writes(rig)).toEqual(["UpdateTaskProtection"]);
  });

  it("a database that is full: exit 11", async () => {
    await rig.sandbox.reset("storage-full");
    const { code, stderr } = await window(rig, ["--watch", "15m"]);
    expect([code, stderr]).toEqual([11, expect.stringContaining("database vulcan-prod is storage-full")]);
    expect(writes(rig)).toEqual([]);
  });

  it("an image to be registered, and nobody says what is replaced: exit 6, or 11 where another value is said", async () => {
    await rig.sandbox.reset("major-release");
    const words = ["maintenance", "--image", "vulcan:2.0.0", "--yes", "--state-dir", rig.stateDir];
    const missing = await vulcanOps(words);
    expect([missing.code, missing.stderr]).toEqual([6, expect.stringContaining("--expect-current 42")]);
    const wrong = await vulcanOps([...words, "--expect-current", "41"], { columns: 400 });
    expect([wrong.code, wrong.stderr]).toEqual([11, expect.stringContaining("step migrate replaces 42")]);
    expect(writes(rig)).toEqual([]);
  });

  it("without answers: exit 6, which names them", async () => {
    await rig.sandbox.reset("major-release");
    const { code, stderr } = await vulcanOps(["maintenance", "--state-dir", rig.stateDir]);
    expect([code, stderr]).toEqual([6, expect.stringMatching(/--yes[\s\S]*--expect-current 42/)]);
  });
});

describe("a webhook in trouble", () => {
  it.each([
    [404, "NOT ANNOUNCED: it answered 404"],
    [500, "not known whether it was announced (it answered 500)"],
  ])("that answers %i does not fail the run: the text is given to paste", async (status, said) => {
    await rig.sandbox.reset("major-release");
    const webhook = await openWebhook();
    webhook.answer(status);
    const env = { VULCAN_OPS_WEBHOOK: webhook.url };
    const outcome = await window(rig, ["--watch", "15m"], { env });
    await webhook.close();
    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    expect(outcome.stdout).toContain(`${said}. Message to post: REHEARSAL: Maintenance of vulcan-prod has begun`);
    expect(writes(rig)).toEqual(WHOLE.filter((name) => !/Mute|Schedule/.test(name)));
  });
});

it("without the right to schedule the notice of a missing end, the run says so and goes on to its end", async () => {
  await rig.sandbox.reset("major-release");
  rig.sandbox.inject({ operation: "CreateSchedule", when: "before", kind: "access-denied", times: 100 });
  const config = configured("vulcan-prod-5xx");
  const outcome = await window(rig, ["--watch", "15m"], { env: config.env });
  config.close();
  const events = eventsOf(outcome.stdout);
  const failed = events.filter(({ type }) => type === "step.failed");
  expect(failed).toEqual([expect.objectContaining({ step: "endNotice", effect: "none", reason: "aws-refused" })]);
  const ending = events.find(({ type }) => type === "execution.ended");
  expect([outcome.code, ending]).toEqual([
    0,
    expect.objectContaining({
      status: "done",
      text: expect.stringMatching(/^Migrated vulcan-prod .*step endNotice failed, .*refused scheduler:CreateSchedule/),
      unfinished: [],
    }),
  ]);
  // It asked once, and has nothing to delete.
  expect(writes(rig).filter((name) => name !== "Publish")).toEqual(WHOLE.filter((name) => name !== "DeleteSchedule"));
});
