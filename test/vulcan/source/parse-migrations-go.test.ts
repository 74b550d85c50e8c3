import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpsError } from "../../../src/domain/error.ts";
import { MIGRATIONS } from "../../../src/sandbox/vulcan/migrations.ts";
import { readDownEffects, readMigrations } from "../../../src/vulcan/source/parse-migrations-go.ts";
import { cpuMs } from "../../support/cpu-time.ts";
import { downOf, goBody, goFile, goFunc, goList, PATH, readGo, refusalOf } from "./go-source.ts";

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

const list = (body: string) => goFile(`var migrations = []Migration{\n${body}\n}`);
const literal = (version: number | string, down: string, description = '"x"') =>
  `\t{\n\t\tVersion:     ${version}, /* { */\n\t\tDescription: ${description},\n\t\tUp: ${goFunc("return nil")},\n\t\tDown: ${down},\n\t},\n`;
const readText = (text: string) => readMigrations([{ path: PATH, text }], PATH);

describe("migrations.go", () => {
  it.each([
    ["in a file", list(DOCUMENTED)],
    ["by itself", DOCUMENTED],
  ])("is read in the form that Vulcan documents, %s", (_name, text) => {
    const [documented, ...more] = readText(text).migrations;
    expect(more).toEqual([]);
    expect(documented).toMatchObject({
      version: 6,
      description: "Add new_feature table",
      up: { sql: [expect.stringContaining("CREATE TABLE IF NOT EXISTS new_feature")], unknown: [] },
      down: { sql: ["DROP TABLE IF EXISTS new_feature;"], places: [expect.anything()], unknown: [], isMissing: false },
    });
    expect(documented && readDownEffects(documented)).toEqual({
      objects: [{ kind: "table", table: "new_feature" }],
      altered: [],
      complete: true,
    });
  });

  it("takes a text in place of a function for what is executed, unless it is one word, which names a file", () => {
    const form = (up: string, down: string) =>
      `type Migration struct { Version int; Description, Up, Down string }\nvar migrations = []Migration{{Version: 1, Description: "a", Up: ${up}, Down: ${down}}}`;
    const [texts, file] = [
      form("`CREATE TABLE a (id int)`", '"DROP TABLE " + "a"'),
      form('"1_up.sql"', '"DROP TABLE a"'),
    ].map((body) => readText(`package p\n${body}\n`).migrations[0]);
    expect(texts).toMatchObject({
      up: { sql: ["CREATE TABLE a (id int)"], unknown: [], isMissing: false, places: [{ isExact: true }] },
      down: { sql: ["DROP TABLE a"], unknown: [], isMissing: false },
    });
    expect(file).toMatchObject({ up: { sql: [], unknown: [expect.stringContaining("no function")] } });
  });

  it("gives the Ups and Downs of the sandbox's Vulcan as they are, oldest first", () => {
    const literals = MIGRATIONS.map(
      ({ version, description, up, down }) =>
        `{Version: ${version}, Description: ${JSON.stringify(description)}, Up: ${goFunc(`_, err := tx.Exec(ctx, \`${up}\`); return err`)}, Down: ${goFunc(`_, err := tx.Exec(ctx, \`${down}\`); return err`)}},\n`,
    );
    const read = readText(list(literals.reverse().join(""))).migrations;
    const whole = (sql: string) => ({
      sql: [sql],
      places: [expect.objectContaining({ isExact: true })],
      unknown: [],
      isMissing: false,
    });
    expect(read).toEqual(
      MIGRATIONS.map(({ version, description, up, down }) => ({
        ...{ version, description, at: expect.stringMatching(/migrations\.go:\d+$/) },
        up: whole(up),
        down: whole(down),
      })),
    );
  });

  it("has no effects that are complete where a part is not known, or there is no Down", () => {
    const effectsOf = (text: string) => readText(text).migrations.map(readDownEffects)[0];
    expect(effectsOf(goBody("tx.Exec(ctx, `DROP TABLE a`); return other()"))).toEqual({
      objects: [{ kind: "table", table: "a" }],
      altered: [],
      complete: false,
      unknown: [expect.stringMatching(/^migrations\.go:16: other is not followed/), expect.any(String)],
    });
    expect(effectsOf(goList("nil"))).toMatchObject({ complete: false, isMissing: true });
  });

  it.each([
    ["nothing", "", /no migration is here: \{ Version: 6/],
    ["another Go file", 'package main\nfunc main() { fmt.Println("hi") }', /no migration is here/],
    ["only a commented migration", list(`/* ${DOCUMENTED} */`), /no migration is here/],
    [
      "a version twice in a list",
      list(literal(7, "nil").repeat(2)),
      /go:22: migration 7 is here twice: also in line 16/,
    ],
    ["no version that is known", list(literal("latest", "nil")), /go:16: .*latest is not declared here/],
    ["a version below 1", list(literal(0, "nil")), /no migration is here/],
    ["a quote that does not end", list(literal(7, goFunc("tx.Exec(ctx, `DROP"))), /go:\d+: not Go from here/],
    ["a file that is cut", list(literal(7, "nil")).slice(0, -4), /go:\d+: not Go from here/],
    ["brackets that do not fit", list(literal(7, "nil)")), /go:20: not Go from here/],
    ["an escape that Go has not", list(literal(7, "nil", '"\\q"')), /go:18: a text that does not end, or an escape/],
    ["a text that does not end", list(literal(7, "nil", '"a')), /go:18: a text that does not end/],
    ["a statement outside of a function", `${list(literal(7, "nil"))}\nx := 1\n`, /go:\d+: a statement outside/],
  ])("is refused with exit 6: %s", (_name, text, message) => {
    const error = refusalOf(text);
    expect(error.exitCode).toBe(6);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(PATH);
  });

  it("shows no control character of a description", () => {
    expect(readGo(list(literal(7, "nil", '"a\\x1b[2J"'))).migrations[0]?.description).toBe("a\\u{1b}[2J");
  });

  it("gives back every text, raw or interpreted, whatever it is", () => {
    const raw = fc.string({ unit: "grapheme" }).filter((text) => !/[`\r]/.test(text));
    fc.assert(
      fc.property(raw, fc.string({ unit: "grapheme" }), (first, second) => {
        const body = `tx.Exec(ctx, \`${first}\`); _, err := tx.Exec(ctx, ${JSON.stringify(second)}); return err`;
        expect(downOf(goBody(body))).toMatchObject({ sql: [first, second], unknown: [] });
      }),
    );
  });

  it("is refused in an instant, however large and unfinished it is", () => {
    const begun = cpuMs();
    for (const text of ["{", "(", "/", "a:", "{ a:", '"\\', "a.", "a+", "x(", "`"])
      expect(refusalOf(text.repeat(20_000)).exitCode).toBe(6);
    expect(cpuMs() - begun).toBeLessThan(6000);
  });

  it("is read or refused for people, whatever it is", () => {
    const part = fc.oneof(
      fc.constantFrom(
        "{",
        "}",
        "(",
        "Version:",
        "Down:",
        "1",
        ",",
        '"',
        "`",
        "/*",
        "//",
        "func",
        "package p\n",
        "var x =",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        try {
          readText(parts.join(" "));
        } catch (error) {
          expect((error as OpsError).exitCode).toBe(6);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
