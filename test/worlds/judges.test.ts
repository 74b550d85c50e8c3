import { describe, expect, it } from "vitest";
import { commandLine } from "../../src/domain/command-line.ts";
import { drawWorld } from "./draw.ts";
import { judge } from "./judges/index.ts";
import { judgeReal } from "./judges/real.ts";
import { Life } from "./life.ts";
import type { Snapshot } from "./snapshot.ts";
import type { EndEvent, Lived, RecordedRequest, Story } from "./story.ts";

const AT = "2026-04-10T03:00:00.000Z";
const LATER = "2026-04-10T03:00:05.000Z";

const BEFORE: Snapshot = {
  at: Date.parse(AT),
  desired: 3,
  revision: "vulcan-prod:43",
  running: ["vulcan-prod:43", "vulcan-prod:43", "vulcan-prod:43"],
  isSteady: true,
  scaling: "2 to 6",
  alarmActions: "vulcan-prod-5xx: on",
  muteRules: "",
  protectedTasks: "",
  alerts: "",
  lock: "",
  instances: "vulcan-prod",
  deletionProtection: "vulcan-prod: true",
  migrations: "1 2",
};
const AFTER: Snapshot = {
  ...BEFORE,
  revision: "vulcan-prod:42",
  running: ["vulcan-prod:42", "vulcan-prod:42", "vulcan-prod:42"],
};

const POSITION = { execution: "w0001", type: "step.confirmed", step: "revert", phase: "do", at: LATER };
const OPERATION = { service: "ecs", name: "UpdateService", input: { taskDefinition: "vulcan-prod:42" } };

const STARTED = {
  ...{ type: "execution.started", at: AT, execution: "w0001", schemaVersion: 1, inputs: {} },
  target: { name: "t", cluster: "c", service: "s", database: "d", production: false },
  caller: { account: "111122223333", arn: "arn" },
  ...{ operator: "o", host: "h", version: "1", runbook: { id: "r", source: "r", sha256: "", text: "" } },
};
const CONFIRMED = {
  ...{ type: "step.confirmed", at: LATER, execution: "w0001", step: "revert", phase: "do", how: "flag", inputs: {} },
  ...{ operation: OPERATION, undo: { kind: "stays", reason: "" }, basis: {}, outputs: {} },
};
const SENT = { type: "step.sent", at: LATER, execution: "w0001", step: "revert", phase: "do", receipt: { answer: {} } };
const END = {
  type: "execution.ended",
  at: LATER,
  execution: "w0001",
  status: "done",
  exitCode: 0,
  text: "done",
  next: [],
};

const request = (more: Partial<RecordedRequest> = {}): RecordedRequest => ({
  ...{ at: LATER, service: "ecs", operation: "UpdateService", mutating: true, status: 200, effective: true },
  ...{ requestId: "r", invocationId: "i1", input: { taskDefinition: "vulcan-prod:42" } },
  ...more,
});

const textOf = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");

/** One rollback that is in order. */
function story(more: Partial<Story> = {}, lived: Partial<Lived> = {}): Story {
  const life = new Life("life 1", 1, "here", 0);
  life.sent.push({ life, invocation: "i1", position: POSITION });
  const whole: Lived = {
    ...{ life, command: "start", argv: ["rollback", "--expect-current", "43"], code: 0, stdout: "{}", stderr: "" },
    ...{ execution: "w0001", end: END as unknown as EndEvent, from: BEFORE.at, to: Date.parse(LATER), after: AFTER },
    ...lived,
  };
  return {
    ...{
      world: drawWorld(1, "rollback"),
      before: BEFORE,
      after: AFTER,
      lives: [whole],
      requests: [request()],
      files: [],
    },
    ...{ secrets: ["top-secret"], downs: 0 },
    journals: [{ path: "w0001.jsonl", text: textOf([STARTED, CONFIRMED, SENT, END]) }],
    ...more,
  };
}

const found = (one: Story): readonly string[] => [...new Set(judge(one).map(({ invariant }) => invariant))];

describe("the judge of lives in true time", () => {
  it("takes an undo that has nothing to undo for true in the middle of a deployment, and no other", () => {
    const { world, before } = story();
    const undone = (text: string, after: Snapshot) => {
      const end = { ...END, status: "undone", text } as unknown as EndEvent;
      const life = { command: "undo", code: 0, stdout: "", stderr: "", end, after } as const;
      const journals = [{ name: "w0001.jsonl", text: textOf([STARTED, CONFIRMED, SENT, END]) }];
      return judgeReal({ world, before, lives: [life], journals, requests: [], secrets: [] }).length;
    };
    const halfway = { ...BEFORE, running: [...BEFORE.running, "vulcan-prod:42"] };
    expect(undone("nothing to undo", halfway)).toBe(0);
    expect(undone("nothing to undo", AFTER)).toBe(1);
    expect(undone("undone: redeployed 1.43.0 (:43)", halfway)).toBe(1);
  });
});

describe("the judges", () => {
  it("find nothing in a rollback that is in order", () => {
    expect(judge(story())).toEqual([]);
  });

  it("find a request that took effect twice", () => {
    expect(found(story({ requests: [request(), request()] }))).toEqual(["each effect at most once"]);
  });

  it("find a request without its confirmation, and one that differs from it", () => {
    const journals = [{ path: "w0001.jsonl", text: textOf([STARTED, END]) }];
    expect(found(story({ journals }))).toEqual(["nothing without its confirmation"]);
    const other = request({ input: { taskDefinition: "vulcan-prod:41" } });
    expect(found(story({ requests: [other] }))).toEqual(["nothing without its confirmation"]);
  });

  it("find a journal that says something else than what was sent, and an exit code that is not its end's", () => {
    expect(found(story({ requests: [request({ effective: false })] }))).toEqual(["the journal is true"]);
    const none = { ...SENT, type: "step.failed", effect: "none", reason: "r", text: "t", evidence: [], next: [] };
    const journals = [{ path: "w0001.jsonl", text: textOf([STARTED, CONFIRMED, none, END]) }];
    expect(found(story({ journals }))).toEqual(["the journal is true"]);
    expect(found(story({}, { code: 1 }))).toEqual(["the journal is true"]);
    expect(found(story({ journals: [{ path: "w0001.jsonl", text: "{}\n" }] }))).toContain("the journal is true");
  });

  it("find half a record that the next life should have removed, and take half of a first one for no journal", () => {
    const [whole] = story().journals;
    const beside = (text: string) => story({ journals: [...(whole ? [whole] : []), { path: "w0002.jsonl", text }] });
    expect(found(beside('{"n":1,"ty'))).toEqual([]);
    expect(judge(beside(`${textOf([{ ...STARTED, execution: "w0002" }])}{"n"`))).toEqual([
      { invariant: "the journal is true", text: "w0002.jsonl ends with half a record" },
    ]);
  });

  it("find a success that is none", () => {
    const after = { ...AFTER, running: [...BEFORE.running] };
    expect(found(story({}, { after }))).toEqual(["no false success"]);
  });

  it("take for no false success that an undo, also a resumed one, leaves what a pipeline has deployed, and nothing else", () => {
    const deploy = request({ invocationId: "pipeline", at: "2026-04-10T03:00:01.000Z" });
    const end = { ...END, status: "undone", text: "undone: unmuted 1 alarm" } as unknown as EndEvent;
    const to = Date.parse(LATER) + 600_000;
    const undone = (command: "undo" | "resume", after: Snapshot, requests = [deploy]) =>
      found(story({ requests }, { command, end, to, after: { ...after, at: to } })).includes("no false success");
    for (const command of ["undo", "resume"] as const) {
      expect(undone(command, AFTER)).toBe(false);
      expect(undone(command, AFTER, [])).toBe(true);
      expect(undone(command, { ...AFTER, scaling: "1 to 6" })).toBe(true);
    }
  });

  it("take for no false success that a cutover by name keeps what a pipeline has deployed, if all of it runs", () => {
    const deploy = request({ invocationId: "pipeline", at: "2026-04-10T03:00:01.000Z" });
    const to = Date.parse(LATER) + 600_000;
    const restored = (flag: "rename" | "revision", after: Snapshot, requests = [deploy]) => {
      const world = { procedure: "restore", flags: ["--cutover", flag] } as const;
      const told = story({ requests, before: AFTER, rows: "before" }, { to, after: { ...after, at: to } });
      return found({ ...told, world: { ...told.world, ...world } }).includes("no false success");
    };
    const [one = ""] = BEFORE.running;
    expect(restored("rename", BEFORE)).toBe(false);
    expect(restored("rename", BEFORE, [])).toBe(true);
    expect(restored("rename", { ...BEFORE, running: [one, one, "vulcan-prod:42"] })).toBe(true);
    expect(restored("revision", BEFORE)).toBe(true);
  });

  it("find a lock that stays, unless the line that frees it is named", () => {
    const after = { ...AFTER, lock: "held" };
    const stderr = "The shared lock could not be read again.";
    expect(found(story({}, { after, stderr }))).toEqual(["nothing is left behind unnamed"]);
    expect(found(story({}, { after, stderr: "vulcan-ops unlock w0001" }))).toEqual([]);
  });

  it("find what was left behind, unless the end names it", () => {
    const after = { ...AFTER, scaling: "1 to 6, suspended" };
    const end = { ...END, status: "failed", exitCode: 1 } as unknown as EndEvent;
    expect(found(story({}, { after, code: 1, end }))).toEqual(["nothing is left behind unnamed"]);
    const left = { kind: "scaling", what: "auto scaling: suspended", before: "none", now: "in" };
    const named = { ...end, unfinished: [{ ...left, command: commandLine`vulcan-ops resume w0001` }] } as EndEvent;
    expect(found(story({}, { after, code: 1, end: named }))).toEqual([]);
  });

  it("find a secret, and do not repeat it", () => {
    const told = judge(story({}, { stderr: "a top-secret" }));
    expect(told).toEqual([{ invariant: "no secret gets out", text: "a secret stands in standard error of life 1" }]);
  });

  it("find a hang, and a fault of the program's own", () => {
    expect(found(story({ hang: "it had not ended" }))).toEqual(["no hang"]);
    expect(found(story({}, { stderr: "vulcan-ops itself failed: TypeError: x" }))).toEqual([
      "no fault of the program's own",
    ]);
  });

  it("find a change of something else than what was expected", () => {
    expect(found(story({}, { argv: ["rollback", "--expect-current", "41"] }))).toEqual([
      "only what was expected is replaced",
    ]);
  });

  it("take for no wrong replacement that no read could show yet what a pipeline had deployed", () => {
    const replaced = (secondsBefore: number, kind: "stale" | "stall") => {
      const at = new Date(Date.parse(LATER) - secondsBefore * 1000).toISOString();
      const input = { taskDefinition: "vulcan-prod:41" };
      const deploy = request({ invocationId: "pipeline", at, input, fault: { kind, when: "after" } });
      return found(story({ requests: [deploy, request()] })).includes("only what was expected is replaced");
    };
    expect(replaced(1, "stale")).toBe(false);
    expect(replaced(1, "stall")).toBe(true);
    expect(replaced(5, "stale")).toBe(true);
  });

  it("take for no wrong replacement what a pipeline has deployed after the last read of the service", () => {
    const input = { taskDefinition: "vulcan-prod:41" };
    const deploy = request({ invocationId: "pipeline", at: AT, input });
    const told = story();
    const [lived] = told.lives;
    lived?.life.sent.unshift({ life: lived.life, invocation: "i0", position: undefined });
    const read = request({ invocationId: "i0", at: AT, operation: "DescribeServices", mutating: false });
    const replaced = (requests: readonly RecordedRequest[]) =>
      found({ ...told, requests }).includes("only what was expected is replaced");
    expect(replaced([read, deploy, request()])).toBe(false);
    expect(replaced([deploy, read, request()])).toBe(true);
  });

  it("take for named what a pipeline has deployed since an execution was overtaken: its end cannot know it", () => {
    const after = { ...AFTER, revision: "vulcan-prod:44" };
    const end = (reason: string) => ({ ...END, status: "guarded", exitCode: 5, reason }) as unknown as EndEvent;
    const left = (reason: string) =>
      found(story({}, { after, code: 5, end: end(reason) })).includes("nothing is left behind unnamed");
    expect(left("lock-lost")).toBe(false);
    expect(left("locked")).toBe(true);
  });

  it("take for named what comes unwatched, and what an earlier life was told is on another machine's record", () => {
    const after = { ...AFTER, revision: "vulcan-prod:44" };
    const end = (text: string) => ({ ...END, status: "failed", exitCode: 7, text }) as unknown as EndEvent;
    const left = (text: string, stderr = "") =>
      found(story({}, { after, code: 7, end: end(text), stderr })).includes("nothing is left behind unnamed");
    expect(left("The outcome is unknown")).toBe(true);
    expect(left("AWS continues, unwatched: it was not seen within 30 s")).toBe(false);
    expect(left("The outcome is unknown", "What it changed last is not on record here.")).toBe(false);
  });

  it("take for named what an execution has left whose records are on another machine, where that is said", () => {
    const after = { ...BEFORE, lock: "held" };
    const left = (stderr: string) =>
      found(story({}, { after, code: 6, end: undefined, stderr })).includes("nothing is left behind unnamed");
    expect(left("there is no execution w0001 here")).toBe(true);
    expect(left("there is no execution w0001 here, nor elsewhere\nNext: on the machine that began it: history")).toBe(
      false,
    );
  });

  it("take for not left behind that auto scaling, at work again, wants more tasks than were put back", () => {
    const before = { ...BEFORE, scaling: "2 to 6" };
    const resized = (desiredCount: number, after: Partial<Snapshot>) => {
      const life = new Life("life 1", 1, "here", 0);
      life.sent.push({ life, invocation: "i1", position: POSITION });
      const size = request({ input: { desiredCount } });
      const told = story({ requests: [size], before }, { life, after: { ...AFTER, scaling: "2 to 6", ...after } });
      return found(told).includes("nothing is left behind unnamed");
    };
    expect(resized(3, { desired: 6 })).toBe(false);
    expect(resized(3, { desired: 7 })).toBe(true);
    expect(resized(3, { desired: 2 })).toBe(true);
    expect(resized(6, { desired: 6 })).toBe(true);
    expect(resized(3, { desired: 6, scaling: "2 to 6, suspended" })).toBe(true);
  });

  it("take for no wrong replacement what the scenario's own pipeline has deployed a minute after the first change", () => {
    const second = (at: string, scenario: "ci-deploys" | "bad-release") => {
      const told = story(
        { requests: [request({ invocationId: "i0" }), request({ at })] },
        { argv: ["resume", "--expect-current", "44"] },
      );
      return found({ ...told, world: { ...told.world, scenario } }).includes("only what was expected is replaced");
    };
    expect(second("2026-04-10T03:01:05.000Z", "ci-deploys")).toBe(false);
    expect(second("2026-04-10T03:01:04.000Z", "ci-deploys")).toBe(true);
    expect(second("2026-04-10T03:01:05.000Z", "bad-release")).toBe(true);
  });

  it("take for named what the scenario's own pipeline has deployed since the last look, and no other revision", () => {
    const left = (scenario: "ci-deploys" | "bad-release", revision = "vulcan-prod:44") => {
      const end = { ...END, status: "interrupted", exitCode: 130 } as unknown as EndEvent;
      const told = story({}, { after: { ...AFTER, revision }, code: 130, end });
      return found({ ...told, world: { ...told.world, scenario } }).includes("nothing is left behind unnamed");
    };
    expect(left("ci-deploys")).toBe(false);
    expect(left("ci-deploys", "vulcan-prod:41")).toBe(true);
    expect(left("bad-release")).toBe(true);
  });

  it("take for no false success of an undo that another operator's cutover stands", () => {
    const world = { procedure: "restore", flags: ["--cutover", "rename"] } as const;
    const end = { ...END, status: "undone", text: "nothing to undo" } as unknown as EndEvent;
    const undone = (rows: string, isBesideAnother: boolean) => {
      const told = story({ rows }, { command: "undo", end, after: BEFORE });
      const [undo] = told.lives as [Lived];
      const life = new Life("second operator beside life 1", 1, "there", 0);
      const second = { ...undo, life, command: "start", execution: "w0002", end: END as unknown as EndEvent } as Lived;
      const lives = isBesideAnother ? [second, undo] : [undo];
      return judge({ ...told, lives, world: { ...told.world, ...world } }).filter(({ text }) => /rows/.test(text))
        .length;
    };
    expect(undone("before", true)).toBe(0);
    expect(undone("before and after", true)).toBe(1);
    expect(undone("before", false)).toBe(1);
  });

  it("find a write, a journal, and a success that is none, of a command that only reads", () => {
    const world = drawWorld(1, "follow");
    const reading = (more: Partial<Story>, lived: Partial<Lived> = {}) =>
      judge(story({ world, journals: [], requests: [], ...more }, { end: undefined, ...lived }))
        .filter(({ invariant }) => invariant === "what only reads changes nothing")
        .map(({ text }) => text);
    expect(reading({})).toEqual([]);
    expect(reading({ requests: [request()] })).toEqual(["UpdateService was sent by a command that only reads"]);
    expect(reading({ journals: story().journals })).toEqual(["w0001.jsonl was written by a command that only reads"]);
    expect(reading({}, { after: { ...AFTER, running: [...BEFORE.running] } })[0]).toContain("life 1 ended with 0, and");
    expect(reading({}, { code: 11 })[0]).toContain("life 1 ended with 11");
    expect(reading({}, { stdout: '{"verdict":"FAILED","exitCode":1}\n' })).toEqual(["life 1 ended with 0, and says 1"]);
  });

  it("find a write after another one took the lock", () => {
    const [first] = story().lives;
    first?.life.sent.push({ life: first.life, invocation: "i0", position: undefined });
    const taker = new Life("second operator beside life 1", 2, "there", 0);
    taker.sent.push({ life: taker, invocation: "i2", position: undefined });
    const second = { ...(first as Lived), life: taker, execution: "", end: undefined, code: 5, stdout: "" };
    const { after: _, ...unseen } = second;
    const put = (invocationId: string) =>
      request({
        ...{ at: AT, operation: "PutParameter", invocationId },
        input: { Name: "/vulcan-ops/locks/vulcan-prod/vulcan-prod" },
      });
    const lives = [first as Lived, unseen];
    expect(found(story({ lives, requests: [put("i0"), put("i2"), request()] }))).toEqual(["one writer"]);
    expect(found(story({ lives, requests: [put("i2"), put("i0"), request()] }))).toEqual([]);
  });
});
