import { rmSync } from "node:fs";
import { join } from "node:path";
import { ECSClient, StopTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createSharedLock } from "../../src/aws/ssm/parameter-lock.ts";
import { sample } from "../support/sample.ts";
import {
  eventsOf,
  type Outcome,
  openRig,
  type Rig,
  runningRevisions,
  TARGET,
  vulcanOps,
} from "../support/sandbox-harness.ts";
import { ear, ended, gone, idOf, report } from "../support/stories/down.ts";
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
let before: string;
beforeAll(async () => {
  rig = await openRig("major-release", 600);
});
afterAll(() => rig.close());

const reset = async (scenario: string): Promise<void> => {
  await rig.sandbox.reset(scenario);
  before = await scalingSettings();
};

/** Size, scaling and image are those of before. */
async function expectBack(): Promise<void> {
  expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:42", "vulcan-prod:42", "vulcan-prod:42"]);
  expect(rig.sandbox.state().services[0]?.desired).toBe(3);
  expect(await scalingSettings()).toBe(before);
}

const sharedLock = () => createSharedLock(createClients({ region: "eu-west-1" }, 1), TARGET);

const goOn = (id: string, ...words: readonly string[]): Promise<Outcome> =>
  vulcanOps([words[0] ?? "", id, ...words.slice(1), "--yes", "--output", "ndjson", "--state-dir", rig.stateDir], {
    columns: 400,
  });

const evidenceOf = ({ stdout }: Outcome): string =>
  eventsOf(stdout)
    .flatMap((event) => (event.type === "step.failed" && "evidence" in event ? event.evidence : []))
    .join("\n");

/** The sizes that were sent, in order. */
const sizes = (): number[] =>
  writes(rig).flatMap((name) => (/^UpdateService \d/.test(name) ? [Number(name.slice(14))] : []));

/** Of the requests about auto scaling before this one, an odd number: it is held. */
const heldBefore = (index: number): boolean =>
  writes(rig)
    .slice(0, index)
    .filter((name) => name === "RegisterScalableTarget").length %
    2 ===
  1;

/** Does it once this step has failed: what comes back afterwards starts tasks, which need the lock. */
const whenFailed =
  (step: string, work: () => Promise<void>) =>
  (text: string): void => {
    if (text.includes('"type":"step.failed"') && text.includes(`"step":"${step}"`)) void work();
  };

describe("a migration that comes to no good end", () => {
  it("fails on the data: said in its own words; what ran before runs again, at its size", async () => {
    await reset("major-release-fails");
    const outcome = await window(rig, []);
    expect(ended(outcome)).toMatchObject({
      code: 1,
      reason: "migration-failed",
      failed: ["migrate: migration-failed"],
    });
    expect(ended(outcome).text).toMatch(/^Migration failed version=8 error=.*idx_audit_log_actor/);
    await expectBack();
    expect(await applied()).toBe(7);
  });

  it("waits behind a report and is killed by the health check: named who and since when", {
    tags: ["variant"],
  }, async () => {
    await reset("major-release-slow");
    const release = await report(rig, "documents");
    const outcome = await window(rig, [], { heard: whenFailed("migrate", release) });
    expect(ended(outcome)).toMatchObject({ code: 1, reason: "migration-killed" });
    expect(evidenceOf(outcome)).toMatch(
      /waits for AccessExclusiveLock on documents behind .*a report \(PID \d+, user \w+, idle in transaction, for \d+/,
    );
    await expectBack();
  });

  it("waits behind it in a task of its own for twenty minutes, and then is done", { tags: ["variant"] }, async () => {
    await reset("major-release-slow");
    const release = await report(rig, "documents");
    const { heard, until } = ear();
    const running = window(rig, ["--via", "task", "--watch", "15m"], { heard });
    await until("waits for AccessExclusiveLock on documents behind");
    await gone(rig, 20);
    await release();
    expect(ended(await running)).toMatchObject({ code: 0, failed: [] });
    expect(await applied()).toBe(8);
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43", "vulcan-prod:43", "vulcan-prod:43"]);
    expect(await scalingSettings()).toBe(before);
  });

  it("is killed in the middle of a task of its own: what was there is back", { tags: ["variant"] }, async () => {
    await reset("major-release-slow");
    const release = await report(rig, "documents");
    const { heard, until } = ear();
    const failed = whenFailed("migrateFirst", release);
    const hear = (text: string): void => {
      heard(text);
      failed(text);
    };
    const running = window(rig, ["--via", "task"], { heard: hear });
    await until("waits for AccessExclusiveLock");
    const [task] = rig.sandbox.state().standalone;
    const ecs = new ECSClient({});
    await ecs.send(new StopTaskCommand({ cluster: "vulcan-prod", task: task?.id ?? "", reason: "a test" }));
    const outcome = await running;
    expect(ended(outcome)).toMatchObject({ code: 1, failed: ["migrateFirst: migration-failed"] });
    await expectBack();
    expect(await applied()).toBe(7);
  });

  it("has no command of its own: said, with what to take instead", async () => {
    await reset("major-release");
    const outcome = await window(rig, ["--via", "task"]);
    expect(ended(outcome)).toMatchObject({ code: 1, failed: ["migrateFirst: migration-failed"] });
    expect(ended(outcome).text).toContain("use --via start");
    await expectBack();
    expect(await applied()).toBe(6);
  });
});

/** All of them take a minute. */
const STEPS =
  "check register announceAhead wait announceStart mute baseline hold shrink migrate verify grow calm scale watch";

describe("Ctrl-C", () => {
  beforeEach(() => reset("major-release"));

  it.each(sample(["hold", "shrink"], 1))("while at %s: size and scaling come back by themselves", async (step) => {
    const stop = new AbortController();
    const sent = new RegExp(`"type":"step\\.sent".*"step":"${step}"`);
    const heard = (text: string): void => {
      if (sent.test(text)) stop.abort(130);
    };
    const webhook = await openWebhook();
    const env = { VULCAN_OPS_WEBHOOK: webhook.url };
    const outcome = await window(rig, ["--watch", "15m"], { heard, env, stop: stop.signal });
    await webhook.close();
    expect([step, ended(outcome).code]).toEqual([step, 130]);
    expect(announced(webhook.heard).map((text) => text.slice(0, 55))).toEqual([
      "REHEARSAL: Maintenance of vulcan-prod has begun and end",
      "REHEARSAL: Maintenance of vulcan-prod was stopped early",
    ]);
    expect(writes(rig).filter((name) => name === "RegisterScalableTarget")).toHaveLength(2);
    await expectBack();
  });

  it.each(sample(STEPS.split(" "), 1, (step) => step === "grow"))(
    "as %s comes up: size, scaling and alarms come back by themselves",
    async (step) => {
      const stop = new AbortController();
      const planned = new RegExp(`"type":"step\\.planned".*"step":"${step}"`);
      const heard = (text: string): void => {
        if (planned.test(text)) stop.abort(130);
      };
      const config = configured("vulcan-prod-5xx");
      const outcome = await window(rig, ["--watch", "15m"], { heard, env: config.env, stop: stop.signal });
      config.close();
      expect([step, ended(outcome).code]).toEqual([step, 130]);
      const [first, ...others] = runningRevisions(rig.sandbox);
      expect([step, others]).toEqual([step, [first, first]]);
      expect([step, rig.sandbox.state().services[0]?.desired, await scalingSettings()]).toEqual([step, 3, before]);
      const rules = writes(rig).filter((name) => name.endsWith("AlarmMuteRule"));
      expect([step, rules.length % 2]).toEqual([step, 0]);
    },
  );

  it("while the new image migrates: nothing is disturbed, and resume brings it to its end", async () => {
    const stop = new AbortController();
    const heard = (text: string): void => {
      if (/"type":"step.sent".*"step":"migrate"/.test(text)) stop.abort(130);
    };
    const outcome = await window(rig, ["--watch", "15m"], { heard, stop: stop.signal });
    expect(ended(outcome).code).toBe(130);
    expect(writes(rig)).toEqual(["RegisterScalableTarget", "UpdateService 1", "UpdateService"]);
    const resumed = await goOn(idOf(outcome), "resume", "--expect-current", "43");
    expect(ended(resumed)).toMatchObject({ code: 0, failed: [] });
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43", "vulcan-prod:43", "vulcan-prod:43"]);
    expect([await applied(), await scalingSettings()]).toEqual([8, before]);
  });

  it("while it is watched: never STABLE, and nothing is left to bring back", async () => {
    const stop = new AbortController();
    const heard = (text: string): void => {
      if (/"type":"step.progress".*"step":"watch"/.test(text)) stop.abort(130);
    };
    const outcome = await window(rig, ["--watch", "15m"], { heard, stop: stop.signal });
    expect(ended(outcome).code).toBe(130);
    expect(outcome.stdout).not.toContain("STABLE:");
    expect(rig.sandbox.state().services[0]?.desired).toBe(3);
    expect(await scalingSettings()).toBe(before);
  });
});

describe("a watch that finds it WORSE", () => {
  it("ends with exit 8 and the revert to type; size and scaling are back by then", async () => {
    await reset("major-release");
    const ecs = new ECSClient({});
    // Whatever minute is looked at, a task is just going.
    const heard = (text: string): void => {
      if (!/"type":"step.progress".*"step":"watch"/.test(text)) return;
      const task = rig.sandbox.state().services[0]?.tasks.find(({ targetState }) => targetState === "healthy")?.id;
      if (task !== undefined) void ecs.send(new StopTaskCommand({ cluster: "vulcan-prod", task, reason: "a test" }));
    };
    const outcome = await window(rig, [], { heard });
    expect(ended(outcome)).toMatchObject({ code: 8, reason: "watch-worse", failed: ["watch: watch-worse"] });
    expect(ended(outcome).text).toMatch(/^WORSE: /);
    expect(ended(outcome).next[0]).toBe(`vulcan-ops rollback --state-dir ${rig.stateDir}`);
    // Auto scaling acts during the watch, and may answer the load on the tasks that are left: what we sent is what counts.
    expect(sizes()).toEqual([1, 3]);
    const size = rig.sandbox.state().services[0]?.desired;
    expect(size === 3 || (await scalingActivities()).some((text) => text.includes(String(size)))).toBe(true);
    expect(await scalingSettings()).toBe(before);
  });
});

describe("a pipeline that deploys another revision", () => {
  it("between the last change and the watch: what is watched then is no proof, and the window does not end with 0", async () => {
    await reset("major-release");
    const ecs = new ECSClient({});
    const names = { cluster: "vulcan-prod", service: "vulcan-prod", taskDefinition: "vulcan-prod:41" };
    let isDeployed = false;
    const heard = (text: string): void => {
      if (isDeployed || !/"type":"step.verified".*"step":"scale"/.test(text)) return;
      isDeployed = true;
      void ecs.send(new UpdateServiceCommand(names));
    };
    const outcome = await window(rig, ["--watch", "15m"], { heard });
    expect(ended(outcome)).toMatchObject({ code: 1, reason: "superseded", failed: ["watch: superseded"] });
    expect(ended(outcome).text).toContain("another deployment (vulcan-prod:41) replaced vulcan-prod:43");
    expect(await scalingSettings()).toBe(before);
  });
});

describe("an image", () => {
  it("is registered as a copy, brought, and undone step by step", { tags: ["variant"] }, async () => {
    await reset("major-release");
    const image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:2.0.0";
    const outcome = await window(rig, ["--image", image, "--watch", "15m", "--newest", "8"]);
    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    expect(writes(rig)[0]).toBe("RegisterTaskDefinition");
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:44", "vulcan-prod:44", "vulcan-prod:44"]);
    expect(await applied()).toBe(8);
    const undone = await goOn(idOf(outcome), "undo", "--expect-current", "44");
    expect(ended(undone)).toMatchObject({ code: 0, failed: [], text: expect.stringMatching(/^undone: /) });
    // Held, migrated back on one task, grown, and released only once its alarms were calm.
    expect(sizes()).toEqual([1, 3, 1, 3]);
    await expectBack();
    expect(await scalingActivities()).toEqual([]);
  });
});

describe("the undo of a window", () => {
  beforeEach(() => reset("major-release"));

  /** A window that ended well. */
  const finished = async (): Promise<string> => {
    const outcome = await window(rig, ["--watch", "15m"]);
    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    return idOf(outcome);
  };

  it("holds, migrates back on one task, grows, and releases scaling only once its alarms are calm: three tasks", {
    tags: ["variant"],
  }, async () => {
    const id = await finished();
    const undone = ended(await goOn(id, "undo", "--expect-current", "43"));
    expect(undone).toMatchObject({ code: 0, failed: [], text: expect.stringMatching(/^undone: /) });
    expect(sizes()).toEqual([1, 3, 1, 3]);
    await expectBack();
    expect(await scalingActivities()).toEqual([]);
  });

  it("that Ctrl-C ends leaves three tasks and scaling as it was, and is resumed from there", {
    tags: ["variant"],
  }, async () => {
    const id = await finished();
    const stop = new AbortController();
    const heard = (text: string): void => {
      if (/"type":"step.undone".*"step":"grow"/.test(text)) stop.abort(130);
    };
    const words = ["undo", id, "--expect-current", "43", "--yes", "--output", "ndjson", "--state-dir", rig.stateDir];
    const outcome = ended(await vulcanOps(words, { columns: 400, heard, stop: stop.signal }));
    expect(outcome).toMatchObject({ code: 130, failed: [] });
    expect(outcome.text).not.toContain("not put back");
    expect(outcome.next).toContain(`vulcan-ops resume ${id} --state-dir ${rig.stateDir}`);
    expect([rig.sandbox.state().services[0]?.desired, await scalingSettings()]).toEqual([3, before]);
    expect(ended(await goOn(id, "resume", "--expect-current", "43"))).toMatchObject({ code: 0, failed: [] });
    await expectBack();
  });

  it("of one that was stopped after it grew never sets one task while auto scaling acts", {
    tags: ["variant"],
  }, async () => {
    const stop = new AbortController();
    const heard = (text: string): void => {
      if (/"type":"step.progress".*"step":"calm"/.test(text)) stop.abort(130);
    };
    const outcome = await window(rig, ["--watch", "15m"], { heard, stop: stop.signal });
    expect(ended(outcome).code).toBe(130);
    const undone = ended(await goOn(idOf(outcome), "undo", "--expect-current", "43"));
    expect(undone).toMatchObject({ code: 0, failed: [] });
    for (const [index, name] of writes(rig).entries())
      if (name === "UpdateService 1") expect(heldBefore(index)).toBe(true);
    await expectBack();
  });

  it("sends nothing that takes capacity where the release is gone already", { tags: ["variant"] }, async () => {
    const id = await finished();
    const words = [
      "rollback",
      "--to",
      "42",
      "--yes",
      "--confirm",
      "42",
      "--expect-current",
      "43",
      "--output",
      "ndjson",
    ];
    expect((await vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 400 })).code).toBe(0);
    const sent = writes(rig).length;
    const undone = ended(await goOn(id, "undo", "--expect-current", "42"));
    expect(undone).toMatchObject({ code: 0, failed: [], text: expect.stringContaining("nothing to undo") });
    expect(writes(rig)).toHaveLength(sent);
    await expectBack();
  });
});

describe("a put-back that AWS refuses", () => {
  // The newest execution is asked about, and a world that was reset begins its clock again.
  beforeEach(() => rmSync(join(rig.stateDir, "executions"), { recursive: true, force: true }));

  it("is named by the end, history and status, and is put back by resume", async () => {
    await reset("major-release");
    rig.sandbox.inject({ operation: "RegisterScalableTarget", when: "before", kind: "throttle", nth: 2, times: 2 });
    const outcome = await window(rig, ["--watch", "15m"]);
    rig.sandbox.clearFaults();
    const id = idOf(outcome);
    const { code, text, next } = ended(outcome);
    expect([code, text]).toEqual([
      1,
      expect.stringContaining("not put back: auto scaling: suspended in,out,scheduled"),
    ]);
    expect(next).toContain(`vulcan-ops resume ${id} --state-dir ${rig.stateDir}`);
    const command = `vulcan-ops resume ${id} --state-dir ${rig.stateDir}`;
    const unfinished = [
      { kind: "scaling", what: "auto scaling: suspended", before: "none", now: "in,out,scheduled", command },
      { kind: "scaling", what: "auto scaling: minimum", before: 2, now: 1, command },
    ];
    expect(ended(outcome)).toMatchObject({ unfinished });
    const data = async (verb: string) =>
      JSON.parse((await vulcanOps([verb, "--output", "json", "--state-dir", rig.stateDir])).stdout);
    expect((await data("history"))[0]).toMatchObject({ execution: id, unfinished });
    const seen = await data("status");
    expect(seen).toMatchObject({ unfinished, next: [expect.stringContaining(command), expect.anything()] });
    expect(seen.troubles).toContain("not put back: auto scaling: minimum 1, before 2");
    const resumed = await goOn(id, "resume", "--expect-current", "43");
    expect(ended(resumed)).toMatchObject({ code: 0, failed: [], unfinished: [] });
    expect(await scalingSettings()).toBe(before);
    expect(await data("status")).toMatchObject({ unfinished: [], leftovers: { value: [] } });
  }, 180_000);

  it("of the size leaves auto scaling suspended, at once: over one task it would add more than there were", async () => {
    await reset("major-release-fails");
    rig.sandbox.inject({ operation: "UpdateService", when: "before", kind: "throttle", nth: 3, times: 9 });
    const outcome = await window(rig, ["--watch", "15m"]);
    rig.sandbox.clearFaults();
    expect((ended(outcome).unfinished ?? []).map(({ kind }) => kind)).toEqual(["scaling", "scaling", "size"]);
    // What failed first is the reason; that scaling stays suspended follows from it.
    expect(ended(outcome)).toMatchObject({ code: 1, text: expect.stringContaining("AWS throttled ecs:UpdateService") });
    expect(outcome.stdout).toContain("vulcan-prod is still set to 1 of 3 tasks");
    // A second window is not what puts the first one back.
    expect(ended(outcome).next?.join("\n")).not.toContain("the same command again");
    expect(outcome.stdout).not.toContain("asks for more tasks");
    expect(await scalingActivities()).toEqual([]);
    const resumed = await goOn(idOf(outcome), "resume");
    expect(ended(resumed)).toMatchObject({ unfinished: [] });
    await expectBack();
  }, 180_000);

  it("is read from the mute rule on a machine that knows nothing of the run", {
    tags: ["variant"],
    timeout: 180_000,
  }, async () => {
    await reset("major-release");
    const config = configured("vulcan-prod-5xx");
    const stop = new AbortController();
    for (const operation of ["RegisterScalableTarget", "UpdateService", "DeleteAlarmMuteRule", "DeleteSchedule"]) {
      const nth = operation.startsWith("Delete") ? 1 : 2;
      rig.sandbox.inject({ operation, when: "before", kind: "throttle", nth, times: 9 });
    }
    const heard = (text: string): void => {
      if (/"type":"step.verified".*"step":"shrink"/.test(text)) stop.abort(130);
    };
    const outcome = await window(rig, ["--watch", "15m"], { env: config.env, heard, stop: stop.signal });
    rig.sandbox.clearFaults();
    const kinds = (ended(outcome).unfinished ?? []).map(({ kind }) => kind);
    expect(kinds).toEqual(["mute-rule", "schedule", "scaling", "scaling", "size"]);
    const elsewhere = join(rig.stateDir, "elsewhere");
    const { stdout } = await vulcanOps(["status", "--output", "json", "--state-dir", elsewhere], { env: config.env });
    const { unfinished } = JSON.parse(stdout);
    expect(unfinished).toMatchObject([
      {
        kind: "mute-rule",
        command: expect.stringMatching(/^aws --region eu-west-1 cloudwatch delete-alarm-mute-rule /),
      },
      {
        kind: "size",
        before: 3,
        now: 1,
        command: expect.stringMatching(/^aws --region eu-west-1 ecs update-service .* --desired-count 3$/),
      },
    ]);
    expect(ended(await goOn(idOf(outcome), "resume", "--expect-current", "42")).unfinished).toEqual([]);
    config.close();
  });
});

it("a window that another process of its own execution took over names what it leaves, where that process is refused", {
  tags: ["variant"],
  timeout: 180_000,
}, async () => {
  await reset("major-release");
  let second: Promise<Outcome> | undefined;
  const heard = (text: string): void => {
    const [, id] = /"type":"step.sent".*"execution":"(\w+)".*"step":"shrink"/.exec(text) ?? [];
    if (id !== undefined) second ??= goOn(id, "undo", "--take-over", id);
  };
  const outcome = await window(rig, ["--watch", "15m"], { heard });
  const refused = await second;
  expect([refused?.code, refused?.stderr]).toEqual([5, expect.stringContaining("another vulcan-ops migrates")]);
  const { code, text, next, unfinished = [] } = ended(outcome);
  expect([code, text]).toEqual([5, expect.stringMatching(/was taken over by .*; not put back: /)]);
  expect(unfinished.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["scaling", "size"]));
  expect(next).toContain(`vulcan-ops resume ${idOf(outcome)} --state-dir ${rig.stateDir}`);
  expect(ended(await goOn(idOf(outcome), "resume", "--expect-current", "42"))).toMatchObject({
    code: 0,
    unfinished: [],
  });
});

it("a window that another operator took over names what it leaves: scaling, size, and how to put them back", {
  tags: ["variant"],
  timeout: 180_000,
}, async () => {
  await reset("major-release");
  const other = { operator: "bob", host: "elsewhere", since: new Date(rig.sandbox.now()).toISOString() };
  const heard = (text: string): void => {
    if (/"type":"step.verified".*"step":"shrink"/.test(text))
      void sharedLock().replace({ execution: "b7k2mq", command: "rollback", ...other });
  };
  const outcome = await window(rig, ["--watch", "15m"], { heard });
  const { code, text, next, unfinished = [] } = ended(outcome);
  expect([code, text]).toEqual([
    5,
    expect.stringMatching(/^the target was taken over by bob@elsewhere .*nothing more is sent; not put back: /),
  ]);
  expect(unfinished.map(({ kind, now }) => [kind, now])).toEqual([
    ["scaling", "in,out,scheduled"],
    ["scaling", 1],
    ["size", 1],
  ]);
  expect(next).toContain(`vulcan-ops resume ${idOf(outcome)} --state-dir ${rig.stateDir}`);
  const [last, end] = eventsOf(outcome.stdout).slice(-2);
  expect(Date.parse(end?.at ?? "") - Date.parse(last?.at ?? "")).toBeLessThan(5000);
  // Whoever begins something else on this machine is told, too.
  await sharedLock().remove();
  const rollback = ["rollback", "--to", "41", "--yes", "--confirm", "41", "--expect-current", "43"];
  const refused = await vulcanOps([...rollback, "--state-dir", rig.stateDir], { columns: 400 });
  expect([refused.code, refused.stderr]).toEqual([
    11,
    expect.stringMatching(new RegExp(`Execution ${idOf(outcome)} has not put back: .*desired tasks 1, before 3`)),
  ]);
  const words = ["--expect-current", "42"];
  expect(ended(await goOn(idOf(outcome), "resume", ...words)).unfinished).toEqual([]);
  expect(await scalingSettings()).toBe(before);
});
