import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { OpsError } from "../../src/domain/error.ts";
import { locateRunbook } from "../../src/runbook/find-runbook.ts";

const shipped = new Map([
  ["rollback-service", "one"],
  ["restore-database", "two"],
]);
const room = mkdtempSync(join(tmpdir(), "locate-"));
afterAll(() => rmSync(room, { recursive: true }));

function refusal(nameOrPath: string): string {
  try {
    return JSON.stringify(locateRunbook(nameOrPath, shipped));
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    expect(error.exitCode).toBe(6);
    expect(error.detail.next).toEqual(["vulcan-ops explain rollback-service", "vulcan-ops explain restore-database"]);
    return error.message.replaceAll(room, "ROOM");
  }
}

test("a shipped name, and a file", () => {
  expect(locateRunbook("restore-database", shipped)).toEqual({
    kind: "shipped",
    source: "restore-database",
    value: "two",
  });
  const path = join(room, "mine.yml");
  writeFileSync(path, "id: mine\n");
  symlinkSync(path, join(room, "link.yaml"));
  expect(locateRunbook(path, shipped)).toEqual({ kind: "file", source: path, text: "id: mine\n" });
  expect(locateRunbook(join(room, "link.yaml"), shipped)).toMatchObject({ text: "id: mine\n" });
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
      ""ROOM/dir.yaml" is not a regular file",
      ""ROOM/latin.yaml" is not UTF-8 text",
      ""ROOM/pipe.yaml" is not a regular file",
      ""ROOM/zero.yaml" is not a regular file",
      ""ROOM/long.yaml/x.yaml" does not exist",
    ]
  `);
});

test("a file that is too long is read no further than shows it; the loader says where", () => {
  const path = join(room, "longer.yaml");
  writeFileSync(path, `${"#".repeat(128 * 1024 - 1)}é${"#".repeat(1000)}`);
  const found = locateRunbook(path, shipped);
  expect(found.kind === "file" && Buffer.byteLength(found.text)).toBe(128 * 1024 + 8);
  writeFileSync(path, "é".repeat(128 * 1024));
  expect(locateRunbook(path, shipped)).toMatchObject({ text: "é".repeat(64 * 1024 + 4) });
});

test("exactly as long as allowed is read whole", () => {
  const path = join(room, "full.yaml");
  writeFileSync(path, "#".repeat(128 * 1024));
  expect(locateRunbook(path, shipped)).toMatchObject({ text: "#".repeat(128 * 1024) });
});
