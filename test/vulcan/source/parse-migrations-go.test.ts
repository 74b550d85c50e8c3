import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpsError } from "../../../src/domain/error.ts";
import { MIGRATIONS } from "../../../src/sandbox/vulcan/migrations.ts";
import {
  readDownEffects,
  readMigrations,
  type SourceMigration,
} from "../../../src/vulcan/source/parse-migrations-go.ts";
import { cpuMs } from "../../support/cpu-time.ts";

/** Word for word the example of Vulcan's documentation, “Adding a New Migration”. */
const DOCUMENTED = `{
Version: 6,
Description: "Add new_feature table",
Up: func(ctx context.Context, tx pgx.Tx) error {
_, err := tx.Exec(ctx, \`
CREATE TABLE IF NOT EXISTS new_feature (
id TEXT PRIMARY KEY,
tenant_id TEXT NOT NULL,
created_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE INDEX IF NOT EXISTS idx_new_feature_tenant
ON new_feature(tenant_id);
\`)
return err
},
Down: func(ctx context.Context, tx pgx.Tx) error {
_, err := tx.Exec(ctx, \`DROP TABLE IF EXISTS new_feature;\`)
return err
},
},`;

const PATH = "internal/storage/postgres/migrations.go";
const file = (body: string) => `package postgres

import ("context"; "github.com/jackc/pgx/v5")

// { Version: 99, Description: "only a comment", Down: nil }
type Migration struct {
	Version     int
	Description string
	Up, Down    func(ctx context.Context, tx pgx.Tx) error
}

var migrations = []Migration{
${body}
}
`;
const literal = (version: number | string, down: string, description = '"x"') => `	{
		Version:     ${version}, /* { */
		Description: ${description},
		Up: func(ctx context.Context, tx pgx.Tx) error { return nil },
		${down}
	},
`;
const func = (body: string) => `Down: func(ctx context.Context, tx pgx.Tx) error { ${body} },`;
const one = (down: string): SourceMigration => {
  const [migration] = readMigrations(file(literal(7, down)), PATH);
  if (migration === undefined) throw new Error("none");
  return migration;
};
const refusal = (text: string): OpsError => {
  try {
    readMigrations(text, PATH);
  } catch (error) {
    return error as OpsError;
  }
  throw new Error("it was read");
};

describe("migrations.go", () => {
  it("is read in the form that Vulcan documents", () => {
    const [documented, ...more] = readMigrations(file(DOCUMENTED), PATH);
    expect(more).toEqual([]);
    expect(documented).toEqual({
      version: 6,
      description: "Add new_feature table",
      down: ["DROP TABLE IF EXISTS new_feature;"],
      isWhole: true,
    });
    expect(documented && readDownEffects(documented)).toEqual({
      objects: [{ kind: "table", table: "new_feature" }],
      altered: [],
      complete: true,
    });
    expect(readMigrations(DOCUMENTED, PATH)).toHaveLength(1);
  });

  it("gives the Downs of the sandbox's Vulcan as they are, oldest first", () => {
    const literals = MIGRATIONS.map(({ version, description, down }) =>
      literal(version, func(`_, err := tx.Exec(ctx, \`${down}\`); return err`), JSON.stringify(description)),
    );
    const read = readMigrations(file(literals.reverse().join("")), PATH);
    expect(read).toEqual(
      MIGRATIONS.map(({ version, description, down }) => ({ version, description, down: [down], isWhole: true })),
    );
  });

  it.each([
    [
      "several statements",
      'if _, err := tx.Exec(ctx, "A"); err != nil { return err }; _, err := tx.Exec(ctx, `B`); return err',
      ["A", "B"],
    ],
    [
      "strings that are joined",
      '_, err := tx.Exec(ctx, "DROP TABLE " + `"a"` + "; --\\t\\u00e9\\x41"); return err',
      ['DROP TABLE "a"; --\té' + "A"],
    ],
    [
      "an error that is wrapped",
      'if _, err := tx.Exec(ctx, "A"); err != nil { return fmt.Errorf("down: %w", err) }; return nil',
      ["A"],
    ],
    [
      "comments and runes in the way",
      "/* tx.Exec(ctx, `X`) */ x := '\"' // `\n_, err := tx.Exec(ctx, `A -- \"`); _ = x; return err",
      ['A -- "'],
    ],
    ["a loop over what it executes", 'for range 2 { tx.Exec(ctx, "A") }; return nil', ["A"]],
    ["values beside the SQL", '_, err := tx.Exec(ctx, "A $1", 5); return err', ["A $1"]],
    ["nothing to do", "return nil", []],
  ])("is read whole with %s", (_name, body, down) => {
    expect(one(func(body))).toMatchObject({ down, isWhole: true });
  });

  it.each([
    ["no Down", ""],
    ["a Down that is nil", "Down: nil,"],
    ["a Down that is defined elsewhere", "Down: downSeven,"],
    ["a Down that is made by a call", 'Down: execute("DROP TABLE a"),'],
    ["SQL that Go builds", func('_, err := tx.Exec(ctx, "DROP TABLE " + name); return err')],
    ["SQL that Go formats", func('_, err := tx.Exec(ctx, fmt.Sprintf("DROP TABLE %s", name)); return err')],
    ["SQL in a constant", func("_, err := tx.Exec(ctx, dropSQL); return err")],
    ["another function", func("return dropEverything(ctx, tx)")],
    ["another method", func('rows, err := tx.Query(ctx, "DELETE FROM a RETURNING id"); return err')],
    ["a method by another name", func('run := tx.Exec; _, err := run(ctx, "DROP TABLE a"); return err')],
    ["a function in place", func('func() { tx.Exec(ctx, "DROP TABLE a") }(); return nil')],
  ])("is never called complete with %s", (_name, down) => {
    expect(readDownEffects(one(down)).complete).toBe(false);
  });

  it.each([
    ["nothing", "", /no migration is here: \{ Version: 6/],
    ["another Go file", 'package main\nfunc main() { fmt.Println("hi") }', /no migration is here/],
    ["only a commented migration", file(`/* ${DOCUMENTED} */`), /no migration is here/],
    ["a version twice", file(literal(7, "Down: nil,").repeat(2)), /migration 7 is here twice/],
    ["a version that has a name", file(literal("latest", "Down: nil,")), /go:14: a Version that is no plain number/],
    ["a version that is summed up", file(literal("6 + 1", "Down: nil,")), /go:14: a Version that is no plain/],
    [
      "a quote that does not end",
      file(literal(7, func("tx.Exec(ctx, `DROP"))),
      /go:17: a quote or comment that does not/,
    ],
    ["a file that is cut", file(literal(7, "Down: nil,")).slice(0, -4), /go:12: a bracket without its other half/],
    ["brackets that do not fit", file(literal(7, "Down: nil)")), /go:17: a bracket without/],
    ["an escape that Go has not", file(literal(7, "Down: nil,", '"\\q"')), /go:15: a quote or comment/],
  ])("is refused with exit 6: %s", (_name, text, message) => {
    const error = refusal(text);
    expect(error.exitCode).toBe(6);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(PATH);
  });

  it("shows no control character of a description", () => {
    const [read] = readMigrations(file(literal(7, "Down: nil,", '"a\\x1b[2J"')), PATH);
    expect(read?.description).toBe("a\\u{1b}[2J");
  });

  it("gives back every text, raw or interpreted, whatever it is", () => {
    const raw = fc.string({ unit: "grapheme" }).filter((text) => !/[`\r]/.test(text));
    fc.assert(
      fc.property(raw, fc.string({ unit: "grapheme" }), (first, second) => {
        const body = `tx.Exec(ctx, \`${first}\`); _, err := tx.Exec(ctx, ${JSON.stringify(second)}); return err`;
        expect(one(func(body))).toMatchObject({ down: [first, second], isWhole: true });
      }),
    );
  });

  it("is refused in an instant, however large and unfinished it is", () => {
    const begun = cpuMs();
    for (const text of ["{", "(", "/", "a:", "{ a:", '"\\']) expect(refusal(text.repeat(20_000)).exitCode).toBe(6);
    expect(cpuMs() - begun).toBeLessThan(3000);
  });

  it("is read or refused for people, whatever it is", () => {
    const part = fc.oneof(
      fc.constantFrom("{", "}", "(", "Version:", "Down:", "1", ",", '"', "`", "/*", "//"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        try {
          readMigrations(parts.join(" "), PATH);
        } catch (error) {
          expect((error as OpsError).exitCode).toBe(6);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
