import { describe, expect, it } from "vitest";
import { GO_INPUTS } from "./go-inputs.ts";
import { goFile, readGo, readingOf, refusalOf } from "./go-source.ts";
import { GO_STYLES } from "./go-styles.ts";

describe.each([
  ["an input of the list", GO_INPUTS],
  ["a style of public repositories", GO_STYLES],
])("%s is read as it is, or unknown", (_list, inputs) => {
  it.each(inputs)("$name", ({ text, downs }) => {
    const read = readGo(text).migrations.map(({ version, down }) => [version, readingOf(down)]);
    expect(Object.fromEntries(read)).toEqual(downs);
  });
});

describe("what is not known", () => {
  it("names the file, the line and the reason", () => {
    const text = goFile(`var list = []Migration{{Version: 6, Down: func(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, os.Getenv("SQL"))
	return err
}}, {Version: next(), Down: nil}}`);
    const { migrations, unread } = readGo(text);
    expect(migrations[0]?.down.unknown).toEqual(["migrations.go:16: Getenv reads what is only known when it runs"]);
    expect(unread).toEqual(["migrations.go:18: next is not followed"]);
  });

  it("says which keys are expected, where a migration has others", () => {
    const text = goFile('func init() { Register(Migration{ID: "20260608090000_add", Name: "x", Up: up, Down: down}) }');
    expect(refusalOf(text).message).toMatch(/go:15: .*it has no Version.*\{ Version: 6, Description/);
  });

  it("keeps the texts that it saw, and why they are not all", () => {
    const [one] = readGo(GO_INPUTS.find(({ name }) => name === "SQL in a branch")?.text ?? "").migrations;
    expect(one?.down).toMatchObject({ sql: ["DROP TABLE a"], unknown: ["migrations.go:16: SQL in a branch"] });
  });
});
