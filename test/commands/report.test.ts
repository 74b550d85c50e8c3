import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { addNote } from "../../src/journal/notes.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, `../fixtures/journals/${name}.jsonl`), "utf8");

let dir: string;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-report-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  dir = await openStateDir(join(folder, "state"));
});

const keep = (id: string, text: string): void => writeFileSync(join(dir, "executions", `${id}.jsonl`), text);
const run = (...words: string[]) => vulcanOps(["report", ...words, "--state-dir", dir], { columns: 400 });

/** What may be in no report at all. */
const NEVER = ["AKIAPLANTEDKEY000000", "hunter2-planted", "raw log line planted", "SELECT planted FROM secrets"];
/** What readers outside may not see. */
const INSIDE = [
  ...["eve.planted", "planted-host", "role/planted", "999988887777", "10.20.30.40", "planted.example.internal"],
  ...["planted@example.com", "0a1b2c3d-1111-4222-8333-444455556666", "INC-PLANTED", "planted note"],
];

function planted(): string {
  const told = `by eve.planted of arn:aws:iam::999988887777:role/planted at 10.20.30.40, planted.example.internal, planted@example.com, request 0a1b2c3d-1111-4222-8333-444455556666, key AKIAPLANTEDKEY000000, postgres://u:hunter2-planted@db/x`;
  const [started, ...rest] = fixture("rollback")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const who = { operator: "eve.planted", host: "planted-host", statedReason: "INC-PLANTED" };
  const caller = { account: "999988887777", arn: "arn:aws:sts::999988887777:assumed-role/role/planted" };
  const at = rest[5].at;
  const failed = {
    ...{ type: "step.failed", at, execution: "x0001", step: "revert", phase: "do", reason: "x", effect: "none" },
    ...{ text: told, evidence: ["raw log line planted", "SELECT planted FROM secrets"], next: [] },
  };
  const changed = rest.map((event) => {
    if (event.type === "step.planned") event.findings.push({ level: "warn", code: "planted", text: told });
    if (event.type === "step.sent") event.receipt.requestId = "0a1b2c3d-1111-4222-8333-444455556666";
    if (event.type === "step.verified") event.text += ` ${told}`;
    if (event.type === "execution.ended") event.outcome += ` ${told}`;
    return event;
  });
  return [{ ...started, ...who, caller }, ...changed.slice(0, 6), failed, ...changed.slice(6)]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
}

describe("planted secrets and people", () => {
  beforeEach(async () => {
    keep("x0001", planted());
    const note = { type: "execution.noted", at: "2026-12-01T00:02:00.000Z", execution: "x0001" } as const;
    await addNote(dir, {
      ...note,
      text: "planted note AKIAPLANTEDKEY000000",
      operator: "eve.planted",
      host: "planted-host",
    });
  });

  it.each(["md", "html", "json"])("are in no %s", async (format) => {
    const inside = await run("x0001", "--offline", "--format", format);
    const outside = await run("x0001", "--offline", "--format", format, "--for", "external");
    expect([inside.code, outside.code]).toEqual([0, 0]);
    const all = inside.stdout + inside.stderr + outside.stdout + outside.stderr;
    expect(NEVER.filter((text) => all.includes(text))).toEqual([]);
    // Markdown sets backslashes before some of them.
    const plain = outside.stdout.replaceAll("\\", "");
    expect(INSIDE.filter((text) => plain.includes(text))).toEqual([]);
    expect(plain).toContain("Rolled back vulcan-prod to 1.42.0");
  });
});

describe("report", () => {
  beforeEach(() => {
    for (const [id, name] of [
      ["x0001", "rollback"],
      ["x0002", "undo"],
    ] as const)
      keep(id, fixture(name));
  });

  it("of an execution works without AWS, and says what is not read and why", async () => {
    const { code, stdout, stderr } = await run("x0001");
    expect(code).toBe(0);
    expect(stdout).toContain("alarm history: this shell points at AWS itself");
    expect(stderr).toContain("Not read: alarm history: this shell points at AWS itself.");
    expect(stdout).toContain("4dda1b5a-c0b6-45f5-b37f-ae754005724d");
  });

  it("of a span has all executions of the target in that world, and no other", async () => {
    const env = { AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://127.0.0.1:40617" };
    const span = ["--from", "2026-11-30T00:00:00Z", "--to", "2026-12-02T00:05:00Z", "--format", "json"];
    const made = await vulcanOps(["report", ...span, "--offline", "--state-dir", dir], { env });
    const { executions, durations, timeline } = JSON.parse(made.stdout);
    expect(executions.map(({ id }: { id: string }) => id)).toEqual(["x0001", "x0002"]);
    expect(durations).toEqual([]);
    expect(timeline.at(-1).execution).toBe("x0002");
    const elsewhere = await run(...span, "--offline", "--region", "eu-west-1");
    expect(JSON.parse(elsewhere.stdout).executions).toEqual([]);
  });

  it("writes a new file, and replaces one only with --force", async () => {
    const path = join(dir, "report.html");
    const write = (...more: string[]) => run("x0001", "--offline", "--format", "html", "-o", path, ...more);
    expect((await write()).code).toBe(0);
    expect(readFileSync(path, "utf8")).toMatch(/^<!doctype html>/);
    const again = await write();
    expect([again.code, again.stderr]).toEqual([6, expect.stringContaining("file-exists")]);
    expect((await write("--force")).code).toBe(0);
    expect((await run("x0001", "--offline", "-o", join(dir, "no", "folder"))).code).toBe(6);
    expect(existsSync(join(dir, "no"))).toBe(false);
  });

  it.each([
    ["nothing named", []],
    ["an execution and a span", ["x0001", "--from", "-3h"]],
    ["an unknown execution", ["zzzzz"]],
    ["a time that is none", ["--from", "yesterday"]],
    ["a span that is empty", ["--from", "2026-12-02T00:00:00Z", "--to", "2026-12-01T00:00:00Z"]],
    ["a zone that is none", ["x0001", "--offline", "--zone", "CET"]],
  ])("is exit 6 for %s", async (_what, words) => {
    expect((await run(...words)).code).toBe(6);
  });

  it("of a damaged journal has the records before the damage, and fails", async () => {
    keep(
      "x0001",
      fixture("rollback")
        .replace('"type":"step.undone"', '"type":"x"')
        .replace(/"status":"done"/, '"status":7'),
    );
    const { code, stdout } = await run("x0001", "--offline");
    expect(code).toBe(6);
    expect(stdout).toContain("later records of the journal");
    expect(stdout).toContain("no end on record");
  });
});
