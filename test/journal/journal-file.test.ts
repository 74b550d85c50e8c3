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
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldExecution } from "../../src/domain/execution.ts";
import {
  continueJournal,
  createJournal,
  listExecutions,
  loadJournal,
  parseJournal,
} from "../../src/journal/journal-file.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { bundled } from "../support/bundle.ts";
import type { Told } from "./append-until-full.ts";
import { started, verified } from "./events.ts";
import { scratch } from "./scratch.ts";

async function written(...texts: readonly string[]) {
  const dir = await openStateDir(join(scratch(), "state"));
  const journal = await createJournal(dir, started.execution);
  await journal.append(started);
  for (const text of texts) await journal.append(verified(text));
  await journal.close();
  return { dir, path: journal.path };
}

const refusal = { exitCode: 6, detail: { code: "journal-unreadable" } };

describe("a journal", () => {
  it("holds one event a line, each in the file before `append` answers", async () => {
    const dir = await openStateDir(join(scratch(), "state"));
    const journal = await createJournal(dir, started.execution);
    for (const event of [started, verified("one\ntwo"), verified("\u2028 and “quotes”")]) {
      await journal.append(event);
      expect(JSON.parse(readFileSync(journal.path, "utf8").trimEnd().split("\n").at(-1) ?? "")).toEqual(event);
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
    truncateSync(path, 10);
    await expect(loadJournal(dir, started.execution)).rejects.toMatchObject(refusal);
    truncateSync(path, 0);
    await expect(loadJournal(dir, started.execution)).rejects.toMatchObject(refusal);
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
    expect(await listExecutions(dir)).toMatchObject({ executions: [{ id: "x0001" }], damaged: 1 });
  });

  it("puts nothing of another execution among the records", async () => {
    const { dir, path } = await written("one");
    appendFileSync(path, `${JSON.stringify({ ...verified("two"), execution: "y0001" })}\n`);
    await expect(loadJournal(dir, "x0001")).rejects.toMatchObject({
      message: expect.stringContaining("line 3 belongs to another execution"),
    });
  });

  it("that takes the file's place and is shorter is not gone on with", async () => {
    const { dir, path } = await written("one", "two");
    const loaded = await loadJournal(dir, "x0001");
    truncateSync(path, loaded.size - 5);
    await expect(continueJournal(loaded)).rejects.toMatchObject({ exitCode: 6 });
    expect(statSync(path).size).toBe(loaded.size - 5);
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
    const lines = readFileSync(path, "utf8").split("\n");
    lines[1] = line;
    writeFileSync(path, lines.join("\n"));
    await expect(loadJournal(dir, started.execution)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining("line 2 is damaged"),
    });
    expect(readFileSync(path, "utf8")).toBe(lines.join("\n"));
  });

  it("is refused where a byte has rotted into something that is no text", async () => {
    const { dir, path } = await written("one", "two");
    const bytes = readFileSync(path);
    bytes[bytes.indexOf("one")] = 0xff;
    writeFileSync(path, bytes);
    await expect(loadJournal(dir, started.execution)).rejects.toMatchObject(refusal);
  });

  it("of another schemaVersion is left to the release that wrote it", async () => {
    const { dir, path } = await written();
    writeFileSync(path, readFileSync(path, "utf8").replace('"schemaVersion":1', '"schemaVersion":2'));
    await expect(loadJournal(dir, started.execution)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining("its schemaVersion is 2; use the release that wrote it"),
    });
  });

  it("is passed over in the history, and counted", async () => {
    const { dir } = await written();
    const later = await createJournal(dir, "y0001");
    await later.append({ ...started, execution: "y0001", at: "2026-04-11T00:00:00.000Z" });
    await later.close();
    appendFileSync(join(dir, "executions", "z0001.jsonl"), "oops\n");
    const { executions, damaged } = await listExecutions(dir);
    expect([executions.map(({ id }) => id), damaged]).toEqual([["y0001", "x0001"], 1]);
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
    const { executions, damaged } = await listExecutions(dir);
    expect([executions.map(({ id }) => id), damaged]).toEqual([["x0001"], 4]);
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
    const limited = 'ulimit -f 10; exec "$0" "$@"';
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
