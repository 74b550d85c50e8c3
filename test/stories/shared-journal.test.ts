import { mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createSharedLock } from "../../src/aws/ssm/parameter-lock.ts";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import { toLine } from "../../src/journal/chain.ts";
import {
  eventsOf,
  mutations,
  type Outcome,
  openRig,
  type Rig,
  runningRevisions,
  serviceRevision,
  TARGET,
  vulcanOps,
} from "../support/sandbox-harness.ts";

/** Two machines: two state folders. Both read one table, which the sandbox has from its start. */
let rig: Rig;
let config: string;
let here: string;
let there: string;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy");
  config = join(rig.stateDir, "vulcan-ops.yaml");
  const target = { account: '"111122223333"', region: "eu-west-1", production: "false" };
  const settings = { ...target, journal: "dynamodb://vulcan-ops-journal" };
  const lines = Object.entries(settings).map(([name, value]) => `    ${name}: ${value}`);
  writeFileSync(config, ['schemaVersion: "1"', "targets:", "  vulcan-prod:", ...lines, ""].join("\n"));
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.sandbox.reset("bad-but-healthy");
  rig.sandbox.clearFaults();
  here = mkdtempSync(join(rig.stateDir, "here-"));
  there = mkdtempSync(join(rig.stateDir, "there-"));
});

const ANSWERS = ["--yes", "--confirm", "42"];
const ops = (dir: string, words: readonly string[], more: Parameters<typeof vulcanOps>[1] = {}) =>
  vulcanOps([...words, "--state-dir", dir], { columns: 300, ...more, env: { VULCAN_OPS_CONFIG: config } });
const rollback = (dir: string, ...flags: string[]) =>
  ops(dir, ["rollback", ...ANSWERS, "--expect-current", "43", ...flags]);

/** Every call of the table fails from the n-th on, until the faults are cleared. */
const silentFrom = (nth = 1): void => {
  for (const operation of ["PutItem", "Query"])
    rig.sandbox.inject({
      operation,
      nth,
      times: Number.POSITIVE_INFINITY,
      when: "before",
      kind: "stall",
      ms: 3_600_000,
    });
};

const journalsIn = (dir: string) =>
  readdirSync(join(dir, "executions")).filter((name) => name.endsWith(".jsonl") || name.endsWith(".unshared"));
const linesIn = (dir: string, id: string) => readFileSync(join(dir, "executions", `${id}.jsonl`), "utf8");
const typesOf = (ndjson: string) => eventsOf(ndjson).map(({ type }) => type);

/** A rollback whose records are in the table up to this call. Its id. */
async function rollbackUnshared(nth?: number): Promise<string> {
  silentFrom(nth);
  expect(await rollback(here)).toMatchObject({ code: 0 });
  rig.sandbox.clearFaults();
  const [name = ""] = journalsIn(here);
  return name.replace(".jsonl", "");
}

/** Stops the command with Ctrl-C as soon as it has printed this. */
function stopAt(text: string) {
  const stop = new AbortController();
  const heard = (printed: string): void => {
    if (printed.includes(text)) stop.abort(130);
  };
  return { stop: stop.signal, heard };
}

describe("a journal that machines share", () => {
  it("is read, reported and undone on a machine that has nothing of it", async () => {
    expect(await rollback(here)).toMatchObject({ code: 0 });
    const history = await ops(there, ["history", "--output", "json"]);
    const [entry] = JSON.parse(history.stdout);
    expect(entry).toMatchObject({ status: "done", runbook: "rollback-service", target: "vulcan-prod" });
    const id = String(entry.execution);
    expect(linesIn(there, id)).toBe(linesIn(here, id));
    expect((await ops(there, ["report", id])).stdout).toContain("Rolled back vulcan-prod to 1.42.0 (:42)");
    const undone = await ops(there, ["undo", id, "--yes", "--confirm", "43", "--expect-current", "42"]);
    expect(undone).toMatchObject({ code: 0 });
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
    const [again] = JSON.parse((await ops(here, ["history", "--output", "json"])).stdout);
    expect(again).toMatchObject({ execution: id, status: "undone" });
    expect(linesIn(here, id)).toBe(linesIn(there, id));
  });

  it("has the notes of each machine, and lets a machine do without a copy", async () => {
    expect(await rollback(here)).toMatchObject({ code: 0 });
    expect(await ops(there, ["note", "last", "The vendor was called"])).toMatchObject({ code: 0 });
    expect((await ops(here, ["show", "last"])).stdout).toContain("The vendor was called");
    const [id = ""] = journalsIn(there).map((name) => name.replace(".jsonl", ""));
    // A later execution marks the same revision: nothing needs the first one any more.
    const undone = await ops(here, ["undo", id, "--yes", "--confirm", "43", "--expect-current", "42"]);
    expect(undone).toMatchObject({ code: 0 });
    expect(await rollback(here)).toMatchObject({ code: 0 });
    await ops(there, ["history"]);
    utimesSync(join(there, "executions", `${id}.jsonl`), 0, 0);
    const pruned = await ops(there, ["history", "prune", "--older-than", "30", "--yes"]);
    expect(pruned).toMatchObject({ code: 0, stderr: expect.stringContaining("The shared journal keeps 1 of them") });
    const left = JSON.parse((await ops(there, ["history", "--output", "json"])).stdout);
    expect(left.map(({ execution }: { execution: string }) => execution)).not.toContain(id);
    const shown = await ops(there, ["show", id]);
    expect([shown.stderr, shown.stdout]).toEqual(["", expect.stringContaining("The vendor was called")]);
  });

  it("stays with the process at work where another one is refused before its first record", async () => {
    let second: Promise<Outcome> | undefined;
    const heard = (text: string): void => {
      const id = /"execution":"(\w+)"/.exec(text)?.[1];
      if (second !== undefined || id === undefined || !text.includes('"type":"step.sent"')) return;
      second = ops(there, ["undo", id, "--take-over", id]);
    };
    const first = await ops(here, ["rollback", ...ANSWERS, "--expect-current", "43", "--output", "ndjson"], { heard });
    expect(await second).toMatchObject({ code: 6, stderr: expect.stringContaining("answered by a flag") });
    expect(first.code).toBe(0);
    const lock = rig.sandbox.requests().filter(({ operation }) => operation === "PutParameter");
    expect(lock.filter(({ effective }) => effective)).toHaveLength(1);
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
  });

  it("is not handed over while another execution holds the target: its holder is named, and nothing is asked", async () => {
    const sent = stopAt('"type":"step.sent"');
    await ops(here, ["rollback", ...ANSWERS, "--expect-current", "43", "--output", "ndjson"], sent);
    const lock = createSharedLock(createClients({ region: "eu-west-1" }, 1), TARGET);
    const since = new Date(rig.sandbox.now()).toISOString();
    await lock.claim({ execution: "other1", command: "rollback", operator: "bob", host: "desk", since });
    expect(await ops(here, ["handover", "last"])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("the target is held by bob@desk"),
    });
    await lock.remove();
  });

  it("is continued by another machine where the first one stopped", async () => {
    const stopped = await ops(
      here,
      ["rollback", ...ANSWERS, "--expect-current", "43", "--output", "ndjson"],
      stopAt('"type":"step.sent"'),
    );
    expect(stopped.code).toBe(130);
    const resumed = await ops(there, ["resume", "--yes", "--output", "ndjson"]);
    expect(resumed.code).toBe(0);
    expect(typesOf(resumed.stdout)).not.toContain("step.sent");
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
    expect([...new Set(runningRevisions(rig.sandbox))]).toEqual(["vulcan-prod:42"]);
  });

  it("is handed over with a page that the next person begins with; nothing is put back", async () => {
    const sent = stopAt('"type":"step.sent"');
    await ops(here, ["rollback", ...ANSWERS, "--expect-current", "43", "--output", "ndjson"], sent);
    const page = await ops(here, ["handover", "last", "--note", "The vendor calls at 05:00Z", "--output", "json"]);
    expect(JSON.parse(page.stdout)).toMatchObject({
      type: "execution.handedOver",
      note: "The vendor calls at 05:00Z",
      open: [expect.stringMatching(/^open: step \d of \d \(revert\) was sent/), expect.stringContaining("not begun: ")],
      unfinished: [],
    });
    const resumed = await ops(there, ["resume", "--yes"]);
    expect(resumed).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Handed over by .*: The vendor calls at 05:00Z\n/),
    });
    const shown = await ops(there, ["show", "last"]);
    expect(shown.stdout).toContain("HANDOVER");
    expect(await ops(there, ["handover", "last"])).toMatchObject({ code: 6 });
  });

  it("takes nothing over from a release that is newer", async () => {
    await ops(
      here,
      ["rollback", ...ANSWERS, "--expect-current", "43", "--output", "ndjson"],
      stopAt('"type":"step.sent"'),
    );
    const [name = ""] = journalsIn(here);
    const path = join(here, "executions", name);
    // As that release writes it: with right checksums.
    let end = { n: 0, sum: "" };
    const newer = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => {
        const { n: _, prev: __, sum: ___, ...event } = JSON.parse(line);
        const sealed = toLine({ ...event, ...(event.version && { version: "9.0.0" }) } as JournalEvent, end);
        end = sealed.link;
        return `${sealed.line}\n`;
      });
    writeFileSync(path, newer.join(""));
    await rig.sandbox.reset("bad-but-healthy");
    const resumed = await ops(here, ["resume", "--yes"]);
    expect(resumed).toMatchObject({ code: 11, stderr: expect.stringContaining("by vulcan-ops 9.0.0, and this is") });
  });
});

describe("a store that does not answer", () => {
  it("does not keep a rollback waiting: it warns, goes on in the file, and shares it with the next command", async () => {
    silentFrom();
    const begun = performance.now();
    let asked = Number.POSITIVE_INFINITY;
    // Nothing is read or recorded between that plan and its question.
    const heard = (text: string): void => {
      if (text.includes('"type":"step.planned"') && text.includes('"step":"revert"')) asked = performance.now() - begun;
    };
    const words = ["rollback", ...ANSWERS, "--expect-current", "43", "--output", "ndjson"];
    const done = await ops(here, words, { heard });
    expect(done.code).toBe(0);
    expect(asked).toBeLessThan(3000);
    expect(typesOf(done.stdout)).toContain("execution.detached");
    expect(done.stderr).toContain("on this machine only");
    expect(journalsIn(here).map((name) => name.replace(/^\w+/, ""))).toEqual([".jsonl", ".unshared"]);
    // Another machine does not know of it, and says that it cannot read the shared journal.
    const unread = await ops(there, ["history"]);
    expect(unread.stderr).toContain("Only what is on record here: the shared journal");
    rig.sandbox.clearFaults();
    expect(await ops(there, ["resume", "b7k2mq"])).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(
        /no execution b7k2mq here, nor in the shared journal(?:.|\n)*on the machine that began it/,
      ),
    });
    expect((await ops(here, ["history"])).stderr).toBe("");
    const [entry] = JSON.parse((await ops(there, ["history", "--output", "json"])).stdout);
    expect(entry).toMatchObject({ status: "done" });
    expect(journalsIn(here)).toHaveLength(1);
  });

  it("is told to the next command on another machine: a change waits for a person's word, a rescue does not", async () => {
    const id = await rollbackUnshared();
    const restore = () => ops(there, ["restore", "--to", "-5m"]);
    const refused = await restore();
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining(`records of execution ${id} are on `) });
    for (const line of ["vulcan-ops history", `--take-over ${id}`, `vulcan-ops unlock ${id}`])
      expect(refused.stderr).toContain(line);
    const next = await ops(there, ["rollback", "--to", "41", "--yes", "--confirm", "41", "--expect-current", "42"]);
    expect(next).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`The last records of execution ${id} are on `),
    });
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
    // It is still told, until the machine that has the records shares them.
    expect((await restore()).code).toBe(5);
    expect((await ops(here, ["history"])).code).toBe(0);
    expect((await restore()).code).toBe(6);
  });

  it("is told to who continues the very execution elsewhere: with the line by hand, and the way on", {
    tags: ["variant"],
  }, async () => {
    // Its confirmation is shared; what comes after it stays here.
    const id = await rollbackUnshared(8);
    const undo = ["undo", id, "--yes", "--confirm", "43", "--expect-current", "42"];
    const refused = await ops(there, undo);
    expect(refused.code).toBe(5);
    for (const line of [
      /aws ecs update-service .*--task-definition \S*vulcan-prod:43/,
      `--take-over ${id}`,
      "vulcan-ops history",
    ])
      expect(refused.stderr).toMatch(line);
    expect(await ops(there, ["unlock", id])).toMatchObject({ code: 0 });
    expect(await ops(there, undo)).toMatchObject({ code: 0 });
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });

  it("leaves an undo elsewhere to what it knows of: that is undone, and more may be in effect", {
    tags: ["variant"],
  }, async () => {
    // The change of the revision is on record; whether old tasks were stopped is not.
    const id = await rollbackUnshared(8);
    const undo = ["undo", id, "--yes", "--confirm", "43", "--expect-current", "42", "--take-over", id];
    const undone = await ops(there, undo);
    expect([undone.code, undone.stderr]).toEqual([
      7,
      expect.stringMatching(/undone: .*; what else it changed is not known/),
    ]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });

  it("is no empty undo: who undoes elsewhere what was never recorded there is told that it is not known", {
    tags: ["variant"],
  }, async () => {
    // Not even its confirmation is shared.
    const id = await rollbackUnshared(6);
    const undo = ["undo", id, "--yes", "--confirm", "43", "--expect-current", "42"];
    const undone = await ops(there, [...undo, "--take-over", id]);
    expect(undone).toMatchObject({
      code: 7,
      stderr: expect.stringContaining("what else it changed is not known: the last records of execution"),
    });
    expect(undone.stderr).toMatch(/records-elsewhere[\s\S]*for what it changed: vulcan-ops show /);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
    // Two machines have written to it: these records never come into the journal that counts.
    expect((await ops(here, ["history"])).stderr).toContain(`executions/${id}.diverged`);
    for (const machine of [here, there])
      expect(await ops(machine, undo)).toMatchObject({ code: 7, stderr: expect.stringContaining("records-elsewhere") });
  });

  it("leaves no success that is not true: who continues without the records of an undo continues the undo", {
    tags: ["variant"],
  }, async () => {
    expect(await rollback(here)).toMatchObject({ code: 0 });
    rig.sandbox.inject({
      ...{ operation: "PutItem", nth: 2, times: Number.POSITIVE_INFINITY },
      ...{ when: "before", kind: "access-denied" },
    });
    expect(await ops(here, ["undo", "last", "--yes", "--confirm", "43", "--expect-current", "42"])).toMatchObject({
      code: 0,
    });
    rig.sandbox.clearFaults();
    const [name = ""] = journalsIn(here);
    const id = name.replace(".jsonl", "");
    const resumed = await ops(there, ["resume", id, "--yes", "--take-over", id, "--output", "ndjson"]);
    const end = eventsOf(resumed.stdout).at(-1);
    expect(end).toMatchObject({
      type: "execution.ended",
      status: "undone",
      text: expect.stringMatching(/^nothing to undo/),
    });
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });

  it("lets an undo go on, too", async () => {
    expect(await rollback(here)).toMatchObject({ code: 0 });
    silentFrom();
    const undone = await ops(here, ["undo", "--yes", "--confirm", "43", "--expect-current", "42"]);
    expect(undone).toMatchObject({ code: 0 });
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });

  it("keeps a wait going, and puts what it had to say into the table before the next change", async () => {
    // The third record is the first after the request.
    for (const operation of ["PutItem"])
      rig.sandbox.inject({ operation, nth: 6, times: 3, when: "before", kind: "http503-html" });
    expect(await rollback(here)).toMatchObject({ code: 0 });
    const [entry] = JSON.parse((await ops(there, ["history", "--output", "json"])).stdout);
    expect(linesIn(there, String(entry.execution))).toBe(linesIn(here, String(entry.execution)));
  });

  it("stops a restore before its first request: no person can type here that it may go on unseen", async () => {
    silentFrom();
    const stopped = await ops(here, ["restore", "--to", "-5m", "--yes", "--expect-current", "vulcan-prod"]);
    expect(stopped).toMatchObject({
      code: 11,
      stderr: expect.stringContaining("sends no change that other machines do not see"),
    });
    expect(mutations(rig.sandbox)).toEqual([]);
    expect(journalsIn(here)).toEqual([]);
  });
});

describe("run --plan FILE --as ID", () => {
  const planned = async () => {
    const file = join(here, "revert.json");
    expect((await ops(here, ["plan", "rollback-service", "-o", file])).code).toBe(0);
    return file;
  };
  const attempt = (dir: string, file: string, more: Parameters<typeof vulcanOps>[1] = {}) =>
    ops(dir, ["run", "--plan", file, "--as", "job4711", ...ANSWERS, "--output", "ndjson"], more);

  it("begins, goes on on another machine, and then only says that it is done", async () => {
    const file = await planned();
    expect((await attempt(here, file, stopAt('"type":"step.sent"'))).code).toBe(130);
    expect((await attempt(there, file)).code).toBe(0);
    const third = await attempt(here, file);
    expect(third).toMatchObject({ code: 0, stdout: "" });
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
    expect(typesOf(linesIn(there, "job4711")).filter((type) => type === "step.confirmed")).toHaveLength(1);
  });

  it("continues no execution of another plan", async () => {
    const file = await planned();
    expect((await attempt(here, file, stopAt('"type":"step.sent"'))).code).toBe(130);
    const other = await planned();
    expect(await attempt(here, other)).toMatchObject({
      code: 6,
      stdout: expect.stringContaining("execution-of-another-plan"),
    });
  });

  it("wants a plan, and an id", async () => {
    const file = await planned();
    expect(await ops(here, ["run", "--as", "job4711"])).toMatchObject({ code: 6 });
    expect(await ops(here, ["run", "--plan", file, "--as", "No!"])).toMatchObject({ code: 6 });
    expect(await ops(here, ["run", "--plan", file, "--as", "job4711", "--dry-run"])).toMatchObject({ code: 6 });
  });
});
