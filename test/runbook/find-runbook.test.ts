import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { OpsError } from "../../src/domain/error.ts";
import { locateRunbook, locateRunbooks } from "../../src/runbook/find-runbook.ts";

const shipped = new Map([
  ["rollback-service", "one"],
  ["restore-database", "two"],
]);
const room = mkdtempSync(join(tmpdir(), "locate-"));
afterAll(() => rmSync(room, { recursive: true }));
const LIBRARY = { shipped, cwd: room, verb: "explain", commands: { rollback: "rollback-service" } };

function refusal(nameOrPath: string): string {
  try {
    return JSON.stringify(locateRunbook(nameOrPath, LIBRARY));
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    expect(error.exitCode).toBe(6);
    return [error.message, ...(error.detail.next ?? [])].join("\n").replaceAll(room, "ROOM");
  }
}

test("a shipped name, and a file", () => {
  expect(locateRunbook("restore-database", LIBRARY)).toEqual({
    kind: "shipped",
    source: "restore-database",
    value: "two",
  });
  const path = join(room, "mine.yml");
  writeFileSync(path, "id: mine\n");
  symlinkSync(path, join(room, "link.yaml"));
  expect(locateRunbook(path, LIBRARY)).toEqual({ kind: "file", source: path, text: "id: mine\n" });
  expect(locateRunbook(join(room, "link.yaml"), LIBRARY)).toMatchObject({ text: "id: mine\n" });
});

test.each([
  "../x",
  "rollback-servic",
  "rollback-service.yaml",
  "Rollback",
  "",
  "constructor",
  "a\u0000.yaml",
  "/etc/passwd",
  "/dev/stdin",
  ".yaml",
  `${"x".repeat(300)}.yaml`,
  "\u001b[31m",
])("refused: %j", (given) => {
  expect(refusal(given)).toMatchSnapshot();
});

test("refused: what is no readable text of a bearable length", () => {
  const at = (name: string) => join(room, name);
  mkdirSync(at("dir.yaml"));
  writeFileSync(at("long.yaml"), "#".repeat(128 * 1024 + 1));
  writeFileSync(at("latin.yaml"), Uint8Array.of(0xe9, 0x0a));
  execFileSync("/bin/sh", ["-c", 'mkfifo "$0"', at("pipe.yaml")]);
  symlinkSync("/dev/zero", at("zero.yaml"));
  const names = ["dir.yaml", "latin.yaml", "pipe.yaml", "zero.yaml", "long.yaml/x.yaml"];
  expect(names.map((name) => refusal(at(name)))).toMatchInlineSnapshot(`
    [
      ""ROOM/dir.yaml" is not a regular file
    vulcan-ops explain --help",
      ""ROOM/latin.yaml" is not UTF-8 text
    vulcan-ops explain --help",
      ""ROOM/pipe.yaml" is not a regular file
    vulcan-ops explain --help",
      ""ROOM/zero.yaml" is not a regular file
    vulcan-ops explain --help",
      ""ROOM/long.yaml/x.yaml" does not exist
    vulcan-ops explain --help",
    ]
  `);
});

test("a file that is too long is read no further than shows it; the loader says where", () => {
  const path = join(room, "longer.yaml");
  writeFileSync(path, `${"#".repeat(128 * 1024 - 1)}é${"#".repeat(1000)}`);
  const found = locateRunbook(path, LIBRARY);
  expect(found.kind === "file" && Buffer.byteLength(found.text)).toBe(128 * 1024 + 8);
  writeFileSync(path, "é".repeat(128 * 1024));
  expect(locateRunbook(path, LIBRARY)).toMatchObject({ text: "é".repeat(64 * 1024 + 4) });
});

test("exactly as long as allowed is read whole", () => {
  const path = join(room, "full.yaml");
  writeFileSync(path, "#".repeat(128 * 1024));
  expect(locateRunbook(path, LIBRARY)).toMatchObject({ text: "#".repeat(128 * 1024) });
});

describe("one look-up for every command", () => {
  const cwd = mkdtempSync(join(tmpdir(), "library-"));
  afterAll(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(cwd, "runbooks"));
  mkdirSync(join(cwd, "none"));
  for (const name of ["mine.yaml", "restore-database.yml", "notes.txt"])
    writeFileSync(join(cwd, "runbooks", name), name);
  const library = { ...LIBRARY, cwd };
  const own = (name: string) => ({ kind: "file", source: join(cwd, "runbooks", name), text: name });

  test("a name is a file of ./runbooks, else a shipped one, else the runbook of a command", () => {
    expect(locateRunbook("mine", library)).toEqual(own("mine.yaml"));
    expect(locateRunbook("restore-database", library)).toEqual(own("restore-database.yml"));
    expect(locateRunbook("rollback-service", library)).toMatchObject({ kind: "shipped", value: "one" });
    expect(locateRunbook("rollback", library)).toMatchObject({ source: "rollback-service", value: "one" });
  });

  test("no name is all of them, and a shipped one whose name a file has is left out", () => {
    expect(locateRunbooks([], library)).toEqual([
      own("mine.yaml"),
      own("restore-database.yml"),
      { kind: "shipped", source: "rollback-service", value: "one" },
    ]);
  });

  test("a folder is what lies in it, and an empty one is an error", () => {
    expect(locateRunbooks([join(cwd, "runbooks"), "rollback"], library)).toHaveLength(3);
    expect(() => locateRunbooks([join(cwd, "none")], library)).toThrow("holds no runbook");
    // A relative path begins where the command was typed, which need not be where this process is.
    expect(locateRunbooks(["runbooks"], library)).toHaveLength(2);
  });

  test.each([
    ["explain", "rollback-servic", ["vulcan-ops explain rollback-service"]],
    ["run", "rollback-servic", ["vulcan-ops run rollback-service --dry-run"]],
    ["rehearse", "mien", ["vulcan-ops rehearse mine --dry-run"]],
    ["check", "rolback", ["vulcan-ops check rollback"]],
    ["run", "deploy", ["vulcan-ops run --help"]],
    ["run", join(cwd, "rollback-servise.yaml"), ["vulcan-ops run rollback-service --dry-run"]],
  ])("%s %s: a suggestion keeps the command, is near, and changes nothing", (verb, name, next) => {
    const find = () => locateRunbook(name, { ...library, verb });
    expect(find).toThrow(OpsError);
    expect(find).toThrow(expect.objectContaining({ detail: expect.objectContaining({ next }) }));
  });
});
