import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { nameOf } from "../../../src/domain/migrations/schema-object.ts";
import { type Random, seededRandom } from "../../../src/sandbox/random.ts";
import { MIGRATIONS } from "../../../src/sandbox/vulcan/migrations.ts";
import { downEffectsOf } from "../../../src/vulcan/source/down-effects.ts";
import { isSyntaxError, loadGrammar, type SqlGrammar, type SqlStatement } from "../../../src/vulcan/sql/grammar.ts";
import { intentsOf } from "../../../src/vulcan/sql/intents.ts";
import { itemsAt, nameOfParts, nameOfRange, nodeAt, type SqlNode, textAt } from "../../../src/vulcan/sql/tree.ts";
import { sample } from "../../support/sample.ts";

/** The reader of Downs has its own tokens; PostgreSQL's grammar says whether it has overlooked something. */

let grammar: SqlGrammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

const CORPUS = readFileSync(join(import.meta.dirname, "../../cases/migration-statements.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t")[3] ?? "");

const BASES: readonly string[] = [
  ...CORPUS,
  ...MIGRATIONS.flatMap(({ up, down }) => [up, down]),
  "DROP TABLE a, public.b; drop Table If Exists C restrict",
  "ALTER TABLE IF EXISTS ONLY a DROP b, DROP COLUMN IF EXISTS c, ADD d numeric(1, 2)",
  "ALTER TABLE a ALTER COLUMN b TYPE int USING (b::int), ALTER c SET DATA TYPE text",
  "TRUNCATE TABLE ONLY a, ONLY b RESTART IDENTITY",
  "DROP VIEW IF EXISTS v; DROP TYPE mood; DROP FUNCTION f(int, text)",
  "SET LOCAL lock_timeout = '1s'; COMMENT ON TABLE a IS 'it''s; DROP TABLE b'",
  "CREATE TABLE a (x text DEFAULT $$ ; DROP TABLE b $$, y text DEFAULT E'\\';')",
  "GRANT SELECT ON a TO b; /* DROP /* TABLE */ c */ -- and\nDROP INDEX i",
];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
const TOKEN = /'(?:[^']|'')*'|"[^"]*"|\$\$[\s\S]*?\$\$|--[^\n]*|\/\*[\s\S]*?\*\/|[\w.]+|[^\s\w]/g;
const PIECES = [
  "",
  "'",
  '"',
  "$$",
  "$a$",
  "--",
  "/*",
  "*/",
  ";",
  "\n",
  "\\",
  "E'",
  "U&'",
  "(",
  ")",
  ",",
  "\0",
  "é",
  "\u2028",
];
const WORDS = [
  "CASCADE",
  "DROP TABLE z",
  "; DROP TABLE z;",
  "TRUNCATE z",
  "DROP COLUMN z",
  "DROP z",
  "TYPE",
  "ONLY",
  "IF EXISTS",
];

/** Tokens lost, doubled, moved or of another text; then some characters. */
function mutant(random: Random): string {
  let text = pick(random, BASES);
  if (random.next() < 0.5) text = `${text}${pick(random, [";", "; ", "\n;", " ", ""])}${pick(random, BASES)}`;
  for (let count = Math.floor(random.next() * 3); count > 0; count -= 1) {
    const all = [...text.matchAll(TOKEN)];
    if (all.length === 0) break;
    const { index: at = 0, 0: token } = pick(random, all);
    const by = pick(random, ["", `${token} ${token}`, pick(random, all)[0], pick(random, WORDS)]);
    text = `${text.slice(0, at)}${by}${text.slice(at + token.length)}`;
  }
  for (let count = Math.floor(random.next() * 3) - 1; count > 0; count -= 1) {
    const at = Math.floor(random.next() * (text.length + 1));
    text = text.slice(0, at) + pick(random, PIECES) + text.slice(at + Math.floor(random.next() * 2));
  }
  return text;
}

/** What the grammar sees go or change, by name; `*` for what nobody can tell by the words. */
function losses({ type, node }: SqlStatement): readonly string[] {
  if (type === "DropStmt") {
    const isCascade = node.behavior === "DROP_CASCADE";
    const hasRows = /^OBJECT_(TABLE|MATVIEW|FOREIGN_TABLE|INDEX)$/.test(textAt(node, "removeType"));
    const names = itemsAt(node, "objects").map(([, list]) => nameOfParts(list, "items"));
    return [...(hasRows ? names : []), ...(isCascade ? ["*"] : [])];
  }
  if (type === "TruncateStmt")
    return [
      ...itemsAt(node, "relations").map(([, range]) => nameOfRange(range)),
      ...(node.behavior === "DROP_CASCADE" ? ["*"] : []),
    ];
  if (type === "AlterTableStmt")
    return itemsAt(node, "cmds").flatMap(([, command]) =>
      lossesByCommand(nameOfRange(nodeAt(node, "relation")), command),
    );
  return /^(Delete|Update|Merge|Insert|Select|Do|Call|Rename|CreateTableAs|Copy|Execute)Stmt$/.test(type) ? ["*"] : [];
}

function lossesByCommand(table: string, command: SqlNode): readonly string[] {
  const cascade = command.behavior === "DROP_CASCADE" ? ["*"] : [];
  const isColumn = /^AT_(DropColumn|AlterColumnType)$/.test(textAt(command, "subtype"));
  return isColumn ? [`${table}.${textAt(command, "name")}`, ...cascade] : cascade;
}

const SEEDS = Array.from({ length: 10_000 }, (_, seed) => seed);

describe("a mutant of SQL", () => {
  it("crashes no reader, and none of them overlooks what it destroys", () => {
    let [reads, wholes] = [0, 0];
    for (const seed of sample(SEEDS, 600)) {
      const sql = mutant(seededRandom(seed));
      const { objects, altered, complete } = downEffectsOf(sql);
      grammar.comments(sql);
      const statements = grammar.statements(sql);
      if (isSyntaxError(statements)) continue;
      reads += 1;
      for (const one of statements) {
        intentsOf(grammar, one);
        expect(sql.slice(one.at, one.at + one.text.length), `seed ${seed}`).toBe(one.text);
      }
      if (!complete) continue;
      wholes += 1;
      const told = [...objects, ...altered].map(nameOf);
      const lost = statements.flatMap(losses);
      expect(
        lost.filter((name) => !told.includes(name)),
        `seed ${seed}: ${sql}`,
      ).toEqual([]);
    }
    // Otherwise nothing was compared.
    expect(reads).toBeGreaterThan(100);
    expect(wholes).toBeGreaterThan(30);
  });
});
