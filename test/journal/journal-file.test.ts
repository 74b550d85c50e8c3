import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldExecution } from "../../src/domain/execution.ts";
import { BEGINNING, toLine } from "../../src/journal/chain.ts";
import { continueJournal, createJournal, loadJournal, readRecords } from "../../src/journal/journal-file.ts";
import { listExecutions } from "../../src/journal/list-executions.ts";
import { takeLock } from "../../src/journal/lock-file.ts";
import { parseJournal } from "../../src/journal/parse-journal.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { bundled } from "../support/bundle.ts";
import { watchSyncs } from "../support/watch-syncs.ts";
import type { Told } from "./append-until-full.ts";
import { started, verified } from "./events.ts";
import { scratch } from "./scratch.ts";
import { withoutSeals } from "./without-seals.ts";

async function written(...texts: readonly string[]) {
  const dir = await openStateDir(join(scratch(), "state"));
  const journal = await createJournal(dir, started.execution);
  await journal.append(started);
  for (const text of texts) await journal.append(verified(text));
  await journal.close();
  return { dir, path: journal.path };
}

const HOLDER = { command: "rollback", operator: "o", since: started.at };
const refusal = { exitCode: 6, detail: { code: "journal-unreadable" } };

describe("a journal", () => {
  it("holds one event a line, each in the file before `append` answers", async () => {
    const dir = await openStateDir(join(scratch(), "state"));
    const journal = await createJournal(dir, started.execution);
    for (const event of [started, verified("one\ntwo"), verified("\u2028 and “quotes”")]) {
      await journal.append(event);
      expect(JSON.parse(readFileSync(journal.path, "utf8").trimEnd().split("\n").at(-1) ?? "")).toMatchObject(event);
    }
    await journal.close();
    expect(readFileSync(journal.path, "utf8").split("\n")).toHaveLength(4);
  });

  it("reads back as it was written", async () => {
    const { dir } = await written("one", "two");
    const loaded = await loadJournal(dir, "X0001");
    expect(loaded).toMatchObject({ events: [started, verified("one"), verified("two")], torn: false });
    expect(loaded.execution).toEqual(foldExecution(loaded.events));
  });

  it("is nobody else's to read, and holds no secret", async () => {
    const { path } = await written("password=hunter2 AKIAIOSFODNN7EXAMPLE");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).not.toMatch(/hunter2|AKIA/);
  });

  it("is never begun over another one, nor through a link", async () => {
    const { dir, path } = await written();
    await expect(createJournal(dir, started.execution)).rejects.toMatchObject({ exitCode: 6 });
    symlinkSync(join(dir, "elsewhere"), join(dir, "executions", "y0001.jsonl"));
    await expect(createJournal(dir, "y0001")).rejects.toMatchObject({ exitCode: 6 });
    expect(readFileSync(path, "utf8")).toContain("execution.started");
  });

  it.each(["../../etc/passwd", "x", "x/y", "", "x".repeat(13), "x0001\0"])("has no name such as %j", async (id) => {
    const dir = await openStateDir(join(scratch(), "state"));
    await expect(loadJournal(dir, id)).rejects.toMatchObject({ exitCode: 6, detail: { code: "execution-unknown" } });
    await expect(createJournal(dir, id)).rejects.toMatchObject({ exitCode: 6 });
  });

  it("that is not there is a usage error with a way on", async () => {
    const dir = await openStateDir(join(scratch(), "state"));
    await expect(loadJournal(dir, "zzzzz")).rejects.toMatchObject({
      message: "there is no execution zzzzz",
      detail: { exitCode: 6, next: ["vulcan-ops history"] },
    });
  });
});

describe("a power cut", () => {
  it("takes no record that `append` has answered for, nor the journal's or a folder's name", async () => {
    const place = scratch();
    let onDisk = "";
    let folders = 0;
    await watchSyncs({ file: (text) => (onDisk = text), folder: () => folders++ });
    const dir = await openStateDir(join(place, "state"));
    expect(folders).toBe(3);
    const journal = await createJournal(dir, started.execution);
    expect(folders).toBe(4);
    for (const event of [started, verified("one"), verified("two")]) {
      await journal.append(event);
      expect(parseJournal(onDisk, journal.path).events.at(-1)).toEqual(event);
    }
    await journal.close();
  });
});

describe("a record that the dying process did not finish", () => {
  it("is dropped and reported wherever it was cut, and cut off before going on", async () => {
    const { dir, path } = await written("one", "zwei: Zürich");
    const whole = readFileSync(path);
    const first = whole.indexOf("\n") + 1;
    const keep = whole.lastIndexOf("\n", whole.length - 2) + 1;
    for (let cut = keep + 1; cut < whole.length; cut += 7) {
      writeFileSync(path, whole);
      truncateSync(path, cut);
      const loaded = await loadJournal(dir, started.execution);
      expect(loaded).toMatchObject({ torn: true, size: keep, events: [started, verified("one")] });
      const journal = await continueJournal(loaded);
      await journal.append(verified("three"));
      await journal.close();
      expect(await loadJournal(dir, started.execution)).toMatchObject({
        torn: false,
        events: [started, verified("one"), verified("three")],
      });
    }
    expect(first).toBeLessThan(keep);
  });

  it("may be the very first one: nothing was done then, and the file says nothing", async () => {
    const { dir, path } = await written();
    const lock = await takeLock(dir, "key", { ...HOLDER, execution: "x0001" });
    for (const size of [10, 0]) {
      truncateSync(path, size);
      await expect(loadJournal(dir, started.execution)).rejects.toMatchObject({
        exitCode: 6,
        message: "execution x0001 has no record yet",
      });
      expect(await listExecutions(dir)).toMatchObject({ executions: [], unread: [] });
    }
    await lock.release();
    await expect(loadJournal(dir, started.execution)).rejects.toMatchObject({
      message: "there is no journal of execution x0001: it ended before its first record; nothing was sent",
    });
  });

  it("leaves a lock of a process that is gone: it is said that nothing was sent, and how to release it", async () => {
    const dir = await openStateDir(join(scratch(), "state"));
    const gone = { ...HOLDER, execution: "b7k2m", host: hostname(), pid: 2 ** 30, processStart: "" };
    writeFileSync(join(dir, "locks", "vulcan-prod-0.1"), JSON.stringify(gone));
    await expect(loadJournal(dir, "b7k2m")).rejects.toMatchObject({
      message: "there is no journal of execution b7k2m: it ended before its first record; nothing was sent",
      detail: { next: ["vulcan-ops unlock b7k2m", "vulcan-ops history"] },
    });
  });

  it("is found at any length of any journal: what was finished is never lost", () => {
    const texts = fc.array(fc.string({ unit: "binary", maxLength: 20 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(texts, fc.nat(), (given, at) => {
        const lines = [started, ...given.map((text) => verified(Buffer.from(text).toString()))].map(
          (event) => `${JSON.stringify(event)}\n`,
        );
        const text = lines.join("");
        const cut = (lines[0]?.length ?? 0) + (at % (text.length - (lines[0]?.length ?? 0) + 1));
        const loaded = parseJournal(text.slice(0, cut), "x.jsonl");
        const complete = text.slice(0, cut).split("\n").length - 1;
        expect(loaded.events).toHaveLength(complete);
        expect(loaded.torn).toBe(!text.slice(0, cut).endsWith("\n"));
        expect(loaded.size).toBe(Buffer.byteLength(lines.slice(0, complete).join("")));
      }),
    );
  });
});

describe("a copy of a journal", () => {
  it("is refused, and neither it nor the original is touched", async () => {
    const { dir, path } = await written("one");
    const copy = join(dir, "executions", "x0001bak.jsonl");
    copyFileSync(path, copy);
    appendFileSync(path, `${JSON.stringify(verified("sent since"))}\n`);
    const texts = [path, copy].map((file) => readFileSync(file, "utf8"));
    await expect(loadJournal(dir, "x0001bak")).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining("it is a copy of the journal of execution x0001"),
      detail: { code: "journal-unreadable", next: ["vulcan-ops show x0001", "vulcan-ops history"] },
    });
    expect([path, copy].map((file) => readFileSync(file, "utf8"))).toEqual(texts);
    expect(await listExecutions(dir)).toMatchObject({
      executions: [{ id: "x0001" }],
      unread: [{ id: "x0001bak", kind: "damaged" }],
    });
  });

  it("puts nothing of another execution among the records", async () => {
    const { dir, path } = await written("one");
    appendFileSync(path, `${JSON.stringify({ ...verified("two"), execution: "y0001" })}\n`);
    await expect(loadJournal(dir, "x0001")).rejects.toMatchObject({
      message: expect.stringContaining("record 3 is damaged: it belongs to execution y0001"),
    });
  });

  it("that takes the file's place and is shorter is not gone on with", async () => {
    const { dir, path } = await written("one", "two");
    const loaded = await loadJournal(dir, "x0001");
    truncateSync(path, loaded.size - 5);
    await expect(continueJournal(loaded)).rejects.toMatchObject({ exitCode: 6 });
    expect(statSync(path).size).toBe(loaded.size - 5);
  });

  it("that another process has written to since is not gone on with: its records stay", async () => {
    const { dir, path } = await written("one");
    const loaded = await loadJournal(dir, "x0001");
    const other = await continueJournal(loaded);
    await other.append(verified("two"));
    await other.close();
    await expect(continueJournal(loaded)).rejects.toMatchObject({ message: expect.stringContaining("longer") });
    expect(readFileSync(path, "utf8")).toContain('"two"');
  });
});

describe("a damaged journal", () => {
  it.each([
    ["text that is no JSON", "oops"],
    ["half a record", '{"type":"step.ver'],
    ["an empty line", ""],
    ["JSON that is no record", "42"],
    ["null", "null"],
    ["a record without a time", '{"type":"step.verified"}'],
    ["a record without what it is about", JSON.stringify({ ...verified("x"), text: undefined })],
    ["a record whose list is none", JSON.stringify({ ...verified("x"), type: "execution.ended", next: {} })],
    ["a record with a name that all objects have", JSON.stringify({ ...verified("x"), type: "constructor" })],
  ])("%s in its middle is refused with its line, and the file is left as it is", async (_name, line) => {
    const { dir, path } = await written("one", "two");
    const lines = withoutSeals(readFileSync(path, "utf8")).split("\n");
    lines[1] = line;
    writeFileSync(path, lines.join("\n"));
    await expect(loadJournal(dir, started.execution)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining("record 2 is damaged"),
    });
    expect(readFileSync(path, "utf8")).toBe(lines.join("\n"));
  });

  it("whose first record is damaged is not to be shown: there is nothing before the damage", async () => {
    const { dir, path } = await written("one");
    writeFileSync(path, `${JSON.stringify({ type: "execution.started", execution: "x0001" })}\n`);
    await expect(loadJournal(dir, "x0001")).rejects.toMatchObject({ detail: { next: ["vulcan-ops status"] } });
  });

  it("is never continued; `show` has the records before the damage, and what to type", async () => {
    const { dir, path } = await written("one", "two", "three");
    const rotten = readFileSync(path, "utf8").replace('"text":"two"', '"text":"tvo"');
    writeFileSync(path, rotten);
    await expect(loadJournal(dir, "x0001")).rejects.toMatchObject({
      message: expect.stringContaining("record 3 is damaged: it is not as it was written (its checksum differs)"),
      detail: { code: "journal-unreadable", next: ["vulcan-ops show x0001", "vulcan-ops status"] },
    });
    const { events, problem } = await readRecords(dir, "x0001");
    expect([events, problem?.detail.code]).toEqual([[started, verified("one")], "journal-unreadable"]);
    expect(readFileSync(path, "utf8")).toBe(rotten);
  });

  it("is refused where a byte has rotted into something that is no text", async () => {
    const { dir, path } = await written("one", "two");
    const bytes = readFileSync(path);
    bytes[bytes.indexOf("one")] = 0xff;
    writeFileSync(path, bytes);
    await expect(loadJournal(dir, started.execution)).rejects.toMatchObject(refusal);
  });

  it("is passed over in the history, and counted", async () => {
    const { dir } = await written();
    const later = await createJournal(dir, "y0001");
    await later.append({ ...started, execution: "y0001", at: "2026-04-11T00:00:00.000Z" });
    await later.close();
    appendFileSync(join(dir, "executions", "z0001.jsonl"), "oops\n");
    const { executions, unread } = await listExecutions(dir);
    expect(executions.map(({ id }) => id)).toEqual(["y0001", "x0001"]);
    expect(unread).toMatchObject([{ id: "z0001", kind: "damaged" }]);
  });
});

describe("a journal that a newer release wrote", () => {
  const newerRecord = { ...verified("x"), type: "step.paused", version: "0.3.0" } as unknown as typeof started;
  const newerForm = { ...verified("x"), outputs: "packed" } as unknown as typeof started;

  it.each([
    ["a kind of record", newerRecord, "use release 0.3.0; record 3 (step.paused) is not known to this one"],
    ["another form of a record", newerForm, "use release 0.0.0; record 3 (step.verified) is not known to this one"],
  ])("%s: is never called damaged, never acted upon, and the version is named", async (_name, record, said) => {
    const { dir, path } = await written("one");
    const journal = await continueJournal(await loadJournal(dir, "x0001"));
    await journal.append(record);
    await journal.append(verified("later"));
    await journal.close();
    const bytes = readFileSync(path);
    await expect(loadJournal(dir, "x0001")).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(`was written by a newer vulcan-ops: ${said}`),
      detail: { code: "journal-newer" },
    });
    expect((await listExecutions(dir)).unread).toMatchObject([{ id: "x0001", kind: "newer" }]);
    expect((await readRecords(dir, "x0001")).events).toEqual([started, verified("one")]);
    expect(readFileSync(path)).toEqual(bytes);
  });

  it("a schemaVersion, with checksums or without", async () => {
    const { dir, path } = await written();
    const old = withoutSeals(readFileSync(path, "utf8")).replace('"schemaVersion":1', '"schemaVersion":2');
    for (const text of [old, `${toLine(JSON.parse(old), BEGINNING).line}\n`]) {
      writeFileSync(path, text);
      await expect(loadJournal(dir, "x0001")).rejects.toMatchObject({ detail: { code: "journal-newer" } });
    }
  });
});

describe("what is no file in a journal's place", () => {
  it("is counted as damaged and said, not waited for: a FIFO, a folder, a device, a link to itself", async () => {
    const { dir } = await written("one");
    const place = (id: string) => join(dir, "executions", `${id}.jsonl`);
    execFileSync("/bin/sh", ["-c", 'mkfifo "$0"', place("f0001")]);
    mkdirSync(place("d0001"));
    symlinkSync("/dev/zero", place("z0001"));
    symlinkSync(place("l0001"), place("l0001"));
    const { executions, unread } = await listExecutions(dir);
    expect(executions.map(({ id }) => id)).toEqual(["x0001"]);
    const damaged = ["d0001", "f0001", "z0001"].map((id) => ({ id, kind: "damaged" }));
    expect(unread.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject([
      ...damaged.slice(0, 2),
      { id: "l0001", kind: "unread", reason: "ELOOP" },
      ...damaged.slice(2),
    ]);
    for (const id of ["f0001", "d0001", "z0001"]) {
      await expect(loadJournal(dir, id)).rejects.toMatchObject({
        ...refusal,
        message: expect.stringMatching(/not a regular file/),
      });
    }
  });
});

describe("a full disk", () => {
  it("is said before anything is sent (exit 6); no half record stays behind, and with room again it goes on", async () => {
    const folder = scratch();
    const dir = await openStateDir(join(folder, "state"));
    const script = await bundled(join(import.meta.dirname, "append-until-full.ts"), folder);
    const limited = 'ulimit -f 140; exec "$0" "$@"';
    const told = JSON.parse(
      execFileSync("/bin/sh", ["-c", limited, process.execPath, script, dir], { encoding: "utf8" }),
    ) as Told;
    expect(told).toMatchObject({ code: "state-dir-unwritable", exitCode: 6 });
    expect(told.next.join()).toContain("--state-dir");
    expect(told.appended).toBeGreaterThan(2);

    const loaded = await loadJournal(dir, started.execution);
    expect(loaded.events).toHaveLength(told.appended);
    expect(loaded.torn).toBe(false);
    const journal = await continueJournal(loaded);
    await journal.append(verified("room again"));
    await journal.close();
    expect((await loadJournal(dir, started.execution)).events.at(-1)).toEqual(verified("room again"));
  });
});
