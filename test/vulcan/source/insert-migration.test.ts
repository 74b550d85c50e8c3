import { describe, expect, it } from "vitest";
import type { OpsError } from "../../../src/domain/error.ts";
import { insertMigration } from "../../../src/vulcan/source/insert-migration.ts";
import { startingSql } from "../../../src/vulcan/source/starting-sql.ts";
import { goFile, goFunc, PATH, readGo } from "./go-source.ts";

const ONE = `{Version: 6, Description: "Add a", Up: ${goFunc("return nil")}, Down: ${goFunc("return nil")}}`;
const NEXT = { version: 7, description: 'Add "b"', sql: startingSql("Add b table") };

const insert = (text: string) => insertMigration(PATH, text, NEXT);

function refusal(text: string): string {
  try {
    insert(text);
  } catch (error) {
    return (error as OpsError).message;
  }
  return "";
}

describe("a migration is written behind the last one of its list", () => {
  it.each([
    ["with a comma", `var m = []Migration{\n\t${ONE},\n}`],
    ["with a comment behind it", `var m = []Migration{\n\t${ONE}, // the first, {\n}`],
    ["with a comment before its comma", `var m = []Migration{\n\t${ONE} /* , */ ,\n}`],
    ["with the list's end on its line", `var m = []Migration{${ONE}}`],
    ["with pointers", `var m = []*Migration{\n\t&Migration${ONE},\n}`],
    ["with a type", `var m = []Migration{\n\tMigration${ONE},\n}`],
    ["in a function", `func All() []Migration {\n\treturn []Migration{\n\t\t${ONE},\n\t}\n}`],
    ["with Windows line ends", `var m = []Migration{\n\t${ONE},\n}`],
    ["with a mark of its encoding", `var m = []Migration{\n\t${ONE},\n}`],
  ])("%s", (name, list) => {
    const plain = goFile(list);
    const lines = name.includes("Windows") ? plain.replaceAll("\n", "\r\n") : plain;
    const text = name.includes("mark") ? `\ufeff${lines}` : lines;
    const { text: after, line } = insert(text);
    const { migrations, unread } = readGo(after);
    expect(migrations.map(({ version, down }) => [version, down.unknown, down.isMissing])).toEqual([
      [6, [], false],
      [7, [], false],
    ]);
    expect(unread).toEqual([]);
    const [, added] = migrations;
    expect([added?.description, added?.at]).toEqual(['Add "b"', `${PATH}:${line}`]);
    expect(added?.up.sql.join("")).toMatch(/SET LOCAL lock_timeout = '3s';[\s\S]*CREATE TABLE IF NOT EXISTS b \(/);
    expect(added?.down.sql.join("")).toContain("DROP TABLE IF EXISTS b;");
    // Nothing else has changed.
    const [is, was] = [after, text].map((one) => one.replaceAll(/[\s,]/g, "")) as [string, string];
    const same = [...was].findIndex((letter, at) => letter !== is[at]);
    expect(is.endsWith(was.slice(same))).toBe(true);
    expect(/(?<!\r)\n/.test(after)).toBe(/(?<!\r)\n/.test(text));
  });

  it.each([
    [
      "where two lists have migrations",
      `var a = []Migration{${ONE}}\nvar b = []Migration{${ONE}}`,
      /in two lists, by lines/,
    ],
    ["where none is in a list", `func one() Migration { return Migration${ONE} }`, /no list of migrations/],
    ["where a map has them", `var m = map[int]Migration{6: ${ONE}}`, /no list of migrations/],
    ["where the file is no Go", "var m = []Migration{", /migrations\.go:\d+/],
  ])("and nowhere %s", (_where, list, message) => {
    expect(refusal(goFile(list))).toMatch(message);
  });
});

describe("the SQL that a description begins with", () => {
  it("is that of the documented forms, else to be written", () => {
    expect(startingSql("Add documents.Owner column").up[1]).toBe(
      "ALTER TABLE documents ADD COLUMN IF NOT EXISTS owner TEXT;",
    );
    expect(["Add x", "Add a b table", "Add “x” table"].map((one) => startingSql(one).isOpen)).toEqual([
      true,
      true,
      true,
    ]);
  });
});
