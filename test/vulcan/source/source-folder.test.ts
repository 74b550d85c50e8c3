import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { OpsError } from "../../../src/domain/error.ts";
import { readSource } from "../../../src/vulcan/source/source-folder.ts";
import { goFile, goFunc, readingOf } from "./go-source.ts";

let folder = "";
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files, and gives the path of the folder, or of one file in it. */
function write(files: Readonly<Record<string, string | Uint8Array>>, named = ""): string {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-go-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return join(folder, named);
}

const downsOf = (path: string) =>
  Object.fromEntries(readSource(path).migrations.map(({ version, down }) => [version, readingOf(down)]));
const doubtsOf = (path: string) => readSource(path).migrations.flatMap(({ down }) => down.unknown);

function refusal(path: string): OpsError {
  try {
    readSource(path);
  } catch (error) {
    return error as OpsError;
  }
  throw new Error("it was read");
}

const exec = (sql: string) => goFunc(`_, err := tx.Exec(ctx, ${sql}); return err`);
const migration = (version: number, down: string) => `Migration{Version: ${version}, Up: nil, Down: ${down}}`;
const inInit = (version: number, down: string) =>
  `package postgres\nimport ("context"; "github.com/jackc/pgx/v5")\nfunc init() { register(${migration(version, down)}) }\n`;

describe("a folder", () => {
  it("is read as one package: names of one file in another, tests left out", () => {
    const path = write({
      "a.go": inInit(1, exec("dropA")),
      "b.go": inInit(2, exec('"DROP TABLE b"')),
      "types.go": goFile(
        'const dropA = "DROP TABLE a"\nfunc register(m Migration) { all = append(all, m) }\nvar all []Migration',
      ),
      "b_test.go": inInit(2, exec('"DROP TABLE test"')),
      "_old.go": "not Go",
      "README.md": "text",
    });
    expect(downsOf(path)).toEqual({ 1: ["DROP TABLE a"], 2: ["DROP TABLE b"] });
  });

  it("leaves out what is not built for Linux, and knows no name that a tag decides", () => {
    const tagged = (tag: string, text: string) => `//go:build ${tag}\n\n${text}`;
    const path = write({
      "a.go": inInit(1, exec("drop")),
      "b.go": inInit(2, exec('"DROP TABLE b"')),
      "b_windows.go": inInit(2, exec('"DROP TABLE w"')),
      "b_ignored.go": tagged("ignore", inInit(2, exec('"DROP TABLE i"'))),
      "b_mac.go": tagged("darwin || (windows && amd64)", inInit(2, exec('"DROP TABLE m"'))),
      "free.go": tagged("!enterprise", 'package postgres\nconst drop = "DROP TABLE a"\n'),
      "paid.go": tagged("enterprise", 'package postgres\nconst drop = "DROP TABLE z"\n'),
      "c.go": `// +build linux,amd64 linux,arm64\n\n${inInit(3, exec('"DROP TABLE c"'))}`,
    });
    expect(downsOf(path)).toEqual({ 1: "unknown", 2: ["DROP TABLE b"], 3: ["DROP TABLE c"] });
    expect(doubtsOf(path)).toEqual([expect.stringMatching(/\.go:\d+: drop is declared more than once/)]);
  });

  it("does not know a migration that two files have, or that another file changes", () => {
    const both = { "a.go": inInit(1, exec('"DROP TABLE a"')), "b.go": inInit(1, exec('"DROP TABLE b"')) };
    expect(downsOf(write(both))).toEqual({ 1: "unknown" });
    rmSync(folder, { recursive: true });
    const changed = {
      "a.go": inInit(1, exec('""')),
      "z.go": "package postgres\nfunc init() { all[0].Down = dropAll }\n",
    };
    expect(downsOf(write(changed))).toEqual({ 1: "unknown" });
  });

  it("takes the version of a goose migration from the name of its file", () => {
    const text = `package migrations
import ("context"; "database/sql"; "github.com/pressly/goose/v3")
func init() { goose.AddMigrationContext(up, down) }
func up(ctx context.Context, tx *sql.Tx) error { return nil }
func down(ctx context.Context, tx *sql.Tx) error { _, err := tx.ExecContext(ctx, "DROP TABLE a"); return err }
`;
    expect(downsOf(write({ "00042_add_a.go": text }))).toEqual({ 42: ["DROP TABLE a"] });
    expect(readSource(folder).migrations[0]?.description).toBe("add_a");
  });

  it.each([
    ["it has no Go file", { "sub/a.go": "package a\n" }, /no Go file of its own/],
    [
      "two packages are in it",
      { "a.go": inInit(1, "nil"), "b.go": "package other\n" },
      /b\.go: package other, and .*a\.go is of/,
    ],
    ["a file is no Go", { "a.go": inInit(1, "nil"), "b.go": "package postgres\nfunc {" }, /b\.go:2: not Go from here/],
    ["no migration is in it", { "a.go": "package a\n" }, /no migration is here/],
  ])("is refused with exit 6 where %s", (_name, files, message) => {
    const error = refusal(write(files));
    expect(error.exitCode).toBe(6);
    expect(error.message).toMatch(message);
  });
});

describe("one file", () => {
  it("knows the names of the files beside it, but gives only its own migrations", () => {
    const files = {
      "a.go": inInit(1, exec("dropA")),
      "b.go": inInit(2, exec('"DROP TABLE b"')),
      "names.go": 'package postgres\nconst dropA = "DROP TABLE a"\n',
      "broken.go": "package postgres\nfunc {",
      "other.go": 'package other\nconst dropA = "DROP TABLE x"\n',
    };
    expect(downsOf(write(files, "a.go"))).toEqual({ 1: ["DROP TABLE a"] });
  });

  it("does not know what a file beside it changes", () => {
    const files = {
      "a.go": inInit(1, exec('""')),
      "b.go": "package postgres\nfunc init() { all[0].Down = dropAll }\n",
    };
    expect(downsOf(write(files, "a.go"))).toEqual({ 1: "unknown" });
    expect(doubtsOf(join(folder, "a.go"))).toContain("b.go:2: a field Down is assigned here");
  });

  it("that is not there is refused with exit 6", () => {
    const error = refusal(write({}, "none.go"));
    expect(error.exitCode).toBe(6);
    expect(error.message).toMatch(/--migrations-file .*none\.go cannot be read/);
  });
});

/** As a user who may not read everything: tests may run as one who may. */
function asNobody<T>(read: () => T): T {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return read();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

it.runIf(process.platform === "linux")("a folder that may not be listed is refused with exit 6", () => {
  const path = write({ "a.go": "package postgres\n" });
  chmodSync(path, 0o311);
  const error = asNobody(() => refusal(path));
  chmodSync(path, 0o700);
  expect([error.exitCode, error.message]).toEqual([6, expect.stringMatching(/cannot be read: EACCES/)]);
});

describe("an embedded file", () => {
  const one = (directive: string, declaration: string, sql: string) =>
    `package postgres\nimport ("context"; "embed"; "github.com/jackc/pgx/v5")\n${directive}\n${declaration}\nfunc init() { register(${migration(1, exec(sql))}) }\n`;
  const throughFiles = (directive: string, name: string) =>
    one(directive, "var files embed.FS", "read()").concat(
      `func read() string { text, err := files.ReadFile("${name}"); if err != nil { panic(err) }; return string(text) }\n`,
    );

  it.each([
    ["a text", one("//go:embed down.sql", "var downSQL string", "downSQL"), ["DROP TABLE a;\n"]],
    ["bytes", one("//go:embed down.sql", "var downSQL []byte", "string(downSQL)"), ["DROP TABLE a;\n"]],
    ["a group", one("var (", "//go:embed down.sql\ndownSQL string\n)", "downSQL"), ["DROP TABLE a;\n"]],
    ["a file of embed.FS", throughFiles("//go:embed sql/*.sql", "sql/1.down.sql"), ["DROP TABLE b"]],
    ["a folder of embed.FS", throughFiles("//go:embed sql", "sql/1.down.sql"), ["DROP TABLE b"]],
    ["a file that no pattern takes", throughFiles("//go:embed sql/*.txt", "sql/1.down.sql"), "unknown"],
    ["a file that is not there", one("//go:embed gone.sql", "var downSQL string", "downSQL"), "unknown"],
    ["a file above the folder", one("//go:embed ../x.sql", "var downSQL string", "downSQL"), "unknown"],
    ["a symbolic link", one("//go:embed link.sql", "var downSQL string", "downSQL"), "unknown"],
    ["no UTF-8", one("//go:embed bytes.sql", "var downSQL string", "downSQL"), "unknown"],
    [
      "a variable that is assigned",
      one("//go:embed down.sql", "var downSQL string\nfunc set() { downSQL = x }", "downSQL"),
      "unknown",
    ],
    ["a comment that is no directive", one("// go:embed down.sql", "var downSQL string", "downSQL"), [""]],
  ])("is %s", (_name, text, down) => {
    const path = write({
      "a.go": text,
      "down.sql": "DROP TABLE a;\n",
      "sql/1.down.sql": "DROP TABLE b",
      "bytes.sql": new Uint8Array([0x44, 0xff]),
    });
    symlinkSync("/etc/hostname", join(folder, "link.sql"));
    expect(downsOf(path)).toEqual({ 1: down });
  });
});
