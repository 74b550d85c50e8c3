import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameOf } from "../../../src/domain/migrations/schema-object.ts";
import { MIGRATIONS } from "../../../src/sandbox/vulcan/migrations.ts";
import { downEffectsOf } from "../../../src/vulcan/source/down-effects.ts";
import { cpuMs } from "../../support/cpu-time.ts";

/** `[gone, altered, complete]`, by name. */
const brief = (sql: string) => {
  const { objects, altered, complete } = downEffectsOf(sql);
  return [objects.map(nameOf).join(" "), altered.map(nameOf).join(" "), complete];
};

describe("what SQL destroys", () => {
  it("is told of every Down of the sandbox's Vulcan, in full", () => {
    expect(MIGRATIONS.map(({ down }) => brief(down))).toEqual(
      [
        ...["relay_tokens", "threat_intel_config", "asset_edges", "assets.criticality"],
        ...["idx_audit_log_tenant", "findings.assignee", "licences.seats", "documents.checksum"],
      ].map((name) => [name, "", true]),
    );
  });

  it.each([
    ["DROP TABLE a, public.b ; drop Table If Exists C restrict", "a public.b c", "", true],
    ["DROP MATERIALIZED VIEW totals", "totals", "", true],
    ["DROP INDEX CONCURRENTLY IF EXISTS idx_a, idx_b", "idx_a idx_b", "", true],
    ["ALTER TABLE IF EXISTS ONLY a DROP b, DROP COLUMN IF EXISTS c, ADD d numeric(1, 2)", "a.b a.c", "", true],
    ["ALTER TABLE a DROP CONSTRAINT a_b_check, ALTER b DROP NOT NULL, ALTER COLUMN c SET DEFAULT 'x, y'", "", "", true],
    ["ALTER TABLE a ALTER COLUMN b TYPE int USING (b::int), ALTER c SET DATA TYPE text", "", "a.b a.c", true],
    ["TRUNCATE TABLE ONLY a, ONLY b RESTART IDENTITY", "", "a b", true],
    ["DROP VIEW IF EXISTS v; DROP TYPE mood; DROP FUNCTION f(int, text)", "", "", true],
    [
      "CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY); CREATE INDEX ON a (id); GRANT SELECT ON a TO b",
      "",
      "",
      true,
    ],
    ["SET LOCAL lock_timeout = '1s'; DROP TABLE a", "a", "", true],
    ["", "", "", true],
    ["-- nothing to undo", "", "", true],
  ])("%s", (sql, gone, altered, complete) => {
    expect(brief(sql)).toEqual([gone, altered, complete]);
  });

  it.each([
    ["takes dependants along", "DROP TABLE a CASCADE", "a", ""],
    ["takes a column's dependants along", "ALTER TABLE a DROP COLUMN b CASCADE", "a.b", ""],
    ["takes what a type is used for along", "DROP TYPE mood CASCADE", "", ""],
    ["empties who refers to it", "TRUNCATE a CASCADE", "", "a"],
    ["deletes, and so do foreign keys", "DELETE FROM tenants WHERE id = 'x'", "", "tenants"],
    ["overwrites a column", "UPDATE a SET b = lower(b)", "", "a.b"],
    ["overwrites columns", "UPDATE a AS x SET b = 1, c = 2", "", "a"],
    ["does so in a block", "DO $$ BEGIN DROP TABLE a; END $$", "", ""],
    ["does so in a function", "SELECT purge('a')", "", ""],
    ["does so in a WITH", "WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone", "", ""],
    ["does so while it creates", "CREATE TABLE b AS WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d", "", ""],
    ["executes a text", "EXECUTE 'DROP TABLE a'", "", ""],
    ["calls a procedure", "CALL purge()", "", ""],
    ["merges", "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE", "", ""],
    ["renames, and drops by the new name", "ALTER TABLE a RENAME TO b; DROP TABLE b", "b", ""],
    ["looks elsewhere for its names", "SET LOCAL search_path = old; DROP TABLE a", "a", ""],
    ["moves rows out", "ALTER TABLE a DETACH PARTITION a_1", "", ""],
    ["drops all of a schema", "DROP SCHEMA old CASCADE", "", ""],
    ["drops a sequence with its position", "DROP SEQUENCE a_id_seq", "", ""],
    ["names no plain identifier", 'DROP TABLE "Users"', "", ""],
    ["spells a name in escapes", 'DROP TABLE U&"\\0061"', "", ""],
    ["names a table in another script", "DROP TABLE größe", "", ""],
    ["drops one plain table and another", 'DROP TABLE a, "b c"', "", ""],
    ["is a template", "DROP TABLE {{ .Table }}", "", ""],
    ["is cut in a name", 'DROP TABLE "a', "", ""],
    ["is cut in a text", "DROP TABLE a; SELECT 'x", "", ""],
    ["is cut in a comment", "DROP TABLE a /* /* */", "", ""],
    ["is cut in a block", "DROP TABLE a; DO $x$ DROP $X$", "", ""],
    ["has a bracket too many", "DROP TABLE a)", "", ""],
  ])("is never called complete where it %s", (_name, sql, gone, altered) => {
    expect(brief(sql)).toEqual([gone, altered, false]);
  });

  it.each([
    ["comments, nested and to the line's end", "DROP /* a /* b */ ; */ TABLE -- ; DROP TABLE c\n d", "d"],
    ["quotes", 'DROP TABLE "relay_tokens", public."b"', "relay_tokens public.b"],
    ["a keyword in quotes", 'DROP TABLE "if", "cascade"', "if cascade"],
    ["a column that is named as a keyword", 'ALTER TABLE "user" DROP COLUMN "column"', "user.column"],
    ["semicolons and quotes in texts", "COMMENT ON TABLE a IS 'it''s; DROP TABLE b'; DROP TABLE c", "c"],
    ["escapes in texts", "COMMENT ON TABLE a IS E'it\\'s; --'; DROP TABLE c", "c"],
    ["a backslash at a text's end", "COMMENT ON TABLE a IS '\\'; DROP TABLE c", "c"],
    ["texts in dollars", "COMMENT ON TABLE a IS $q$'; DROP TABLE b; $$ $q$; DROP TABLE c", "c"],
    ["a view whose text deletes nothing", "CREATE VIEW v AS SELECT 'DROP TABLE a'; DROP TABLE c", "c"],
    ["the same thing twice", "DROP TABLE c; DROP TABLE IF EXISTS c", "c"],
  ])("is read through %s", (_name, sql, gone) => {
    expect(brief(sql)).toEqual([gone, "", true]);
  });

  const known = fc.constantFrom(...MIGRATIONS.map(({ down }) => down));
  const between = fc.array(fc.constantFrom(" ", "\n", ";", "-- DROP TABLE x\n", "/* ; DROP TABLE x */", "/*/* ' */*/"));

  it("is the same whatever comments and empty statements are about", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(between, known)), between, (list, last) => {
        const sql = list.map(([before, down]) => `${before.join("")}${down};`).join("") + last.join("");
        const plain = list.map(([, down]) => down).join(";");
        expect(downEffectsOf(sql)).toEqual(downEffectsOf(plain));
        expect(downEffectsOf(sql).complete).toBe(true);
      }),
    );
  });

  it("is never complete with anything unknown among it, and names plain identifiers only", () => {
    const word = fc.constantFrom(
      "DROP",
      "TABLE",
      "ALTER",
      "COLUMN",
      "a",
      '"',
      "'",
      "$$",
      ";",
      ",",
      ".",
      "(",
      "--",
      "/*",
    );
    const noise = fc.array(fc.oneof(word, fc.string({ unit: "binary" })), { maxLength: 8 }).map((all) => all.join(" "));
    fc.assert(
      fc.property(noise, known, (text, down) => {
        expect(downEffectsOf(`VACUUM a ${text}; ${down}`).complete).toBe(false);
        const { objects, altered } = downEffectsOf(text);
        for (const one of [...objects, ...altered])
          expect(nameOf(one)).toMatch(/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/);
      }),
      { numRuns: 2000 },
    );
  });

  it("is read in an instant, however large and unfinished it is", () => {
    const begun = cpuMs();
    for (const text of ["(", "/*", "'", "E'\\", "$a$ ", '"', "a,", "--", "''"]) downEffectsOf(text.repeat(50_000));
    expect(cpuMs() - begun).toBeLessThan(3000);
  });
});
