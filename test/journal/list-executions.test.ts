import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ExecutionEnded, JournalEvent } from "../../src/domain/execution-event.ts";
import { BEGINNING, toLine } from "../../src/journal/chain.ts";
import { listExecutions } from "../../src/journal/list-executions.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { bundled } from "../support/bundle.ts";
import { started } from "./events.ts";
import type { Listed } from "./list-in-a-process.ts";
import { scratch } from "./scratch.ts";

const idOf = (number: number): string => `n${String(number).padStart(4, "0")}`;

function textOf(id: string, status: ExecutionEnded["status"] | undefined): string {
  const { at } = started;
  const end = {
    type: "execution.ended",
    at,
    execution: id,
    status,
    exitCode: 0,
    text: status,
    next: [],
  } as ExecutionEnded;
  const events: JournalEvent[] = [{ ...started, execution: id }, ...(status === undefined ? [] : [end])];
  let link = BEGINNING;
  return events
    .map((event) => {
      const made = toLine(event, link);
      link = made.link;
      return `${made.line}\n`;
    })
    .join("");
}

async function folderOf(count: number) {
  const dir = await openStateDir(join(scratch(), "state"));
  const path = (number: number) => join(dir, "executions", `${idOf(number)}.jsonl`);
  for (let number = 0; number < count; number++) writeFileSync(path(number), textOf(idOf(number), "undone"));
  return { dir, path, index: join(dir, "index.json") };
}

const statuses = async (dir: string) =>
  Object.fromEntries((await listExecutions(dir)).executions.map(({ id, ended }) => [id, ended?.status]));

describe("a process that may open few files", () => {
  it("lists all journals, and calls none damaged", async () => {
    const { dir } = await folderOf(300);
    const script = await bundled(join(import.meta.dirname, "list-in-a-process.ts"), scratch());
    const limited = 'ulimit -n 64; exec "$0" "$@"';
    const told = execFileSync("/bin/sh", ["-c", limited, process.execPath, script, dir], { encoding: "utf8" });
    expect(JSON.parse(told) as Listed).toEqual({ executions: 300, unread: [] });
  });
});

describe("the index of executions", () => {
  it("spares the reading of journals that are as they were", async () => {
    const { dir, path, index } = await folderOf(25);
    await listExecutions(dir);
    expect(statSync(index).mode & 0o777).toBe(0o600);
    // What only the index says shows that it was used; and that a journal which has changed since was not.
    const [, body = ""] = readFileSync(index, "utf8").split("\n");
    const forged = body.replaceAll('"status":"undone"', '"status":"from the index"');
    const sum = createHash("sha256").update(forged).digest("hex");
    writeFileSync(index, `index of executions 5 ${sum}\n${forged}`);
    appendFileSync(path(3), "half a rec");
    const now = await statuses(dir);
    expect(new Set(Object.values(now))).toEqual(new Set(["from the index", "undone"]));
    expect(now.n0003).toBe("undone");
  });

  it("is not made for a few", async () => {
    const { dir, index } = await folderOf(5);
    await listExecutions(dir);
    expect(existsSync(index)).toBe(false);
  });

  it("is never believed over a journal: rewritten with the same size and time, removed, or new", async () => {
    const { dir, path, index } = await folderOf(25);
    await listExecutions(dir);
    const { atime, mtime, size } = statSync(path(4));
    writeFileSync(`${path(4)}.new`, textOf("n0004", "failed"));
    renameSync(`${path(4)}.new`, path(4));
    utimesSync(path(4), atime, mtime);
    expect(statSync(path(4)).size).toBe(size);
    rmSync(path(5));
    writeFileSync(path(99), textOf(idOf(99), "done"));
    const now = await statuses(dir);
    rmSync(index);
    expect(now).toEqual(await statuses(dir));
    expect([now.n0004, now.n0005, now.n0099]).toEqual(["failed", undefined, "done"]);
  });

  it("counts as none when any bit of it has flipped, or its end is gone", async () => {
    const { dir, index } = await folderOf(25);
    const truth = await statuses(dir);
    const bytes = readFileSync(index);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), fc.boolean(), async (position, bit, isCut) => {
        const spoiled = Buffer.from(bytes);
        spoiled[position] = (spoiled[position] ?? 0) ^ (1 << bit);
        writeFileSync(index, isCut ? bytes.subarray(0, position) : spoiled);
        expect(await statuses(dir)).toEqual(truth);
      }),
      { numRuns: 40 },
    );
  });
});
