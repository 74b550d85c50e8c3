import { beforeAll, describe, expect, it } from "vitest";
import { isSyntaxError, loadGrammar, type SqlGrammar, type SqlStatement } from "../../../src/vulcan/sql/grammar.ts";

let grammar: SqlGrammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

function read(sql: string): readonly SqlStatement[] {
  const statements = grammar.statements(sql);
  if (isSyntaxError(statements)) throw new Error(statements.message);
  return statements;
}

describe("the grammar", () => {
  it("splits a text, and knows where each statement begins, whatever is written before it", () => {
    const sql = "/* é 😀 */ -- c\n  SELECT 'ü;';\n -- after\nTRUNCATE e ; ";
    const statements = read(sql);
    expect(statements.map(({ type, text }) => [type, text])).toEqual([
      ["SelectStmt", "SELECT 'ü;'"],
      ["TruncateStmt", "TRUNCATE e"],
    ]);
    for (const { at, text } of statements) expect(sql.slice(at, at + text.length)).toBe(text);
  });

  it("finds no statement in an empty text or a comment", () => {
    expect(["", " \n", "-- nothing", ";"].map(read)).toEqual([[], [], [], []]);
  });

  it("says where it stops, in the units of the text", () => {
    const sql = "SELECT '😀'; ADD INDEX CONCURRENTLY i ON t(x)";
    expect(grammar.statements(sql)).toEqual({ message: 'syntax error at or near "ADD"', at: sql.indexOf("ADD") });
  });

  it("reads the body of a DO block", () => {
    const body = grammar.body(`DECLARE r record; BEGIN
      IF to_regclass('e') IS NOT NULL THEN ALTER TABLE e RENAME TO e9; END IF;
      FOR r IN SELECT 1 LOOP EXECUTE format('DROP TABLE %I', r); END LOOP; END`);
    expect(body).toEqual({ sql: ["ALTER TABLE e RENAME TO e9"], isDynamic: true, isTransactional: false });
    expect(grammar.body("BEGIN COMMIT; END")).toMatchObject({ sql: [], isTransactional: true });
    expect(grammar.body("BEGIN this is nothing")).toBeUndefined();
  });
});
