import { describe, expect, it } from "vitest";
import { OpsError } from "../../../src/domain/error.ts";
import { type Random, seededRandom } from "../../../src/sandbox/random.ts";
import { sample } from "../../support/sample.ts";
import { GO_INPUTS, type GoInput } from "./go-inputs.ts";
import { readGo, readingOf } from "./go-source.ts";
import { GO_STYLES } from "./go-styles.ts";

type Readings = Readonly<Record<number, ReturnType<typeof readingOf>>>;

/** Every Down of them is read whole. */
const BASES = [...GO_INPUTS, ...GO_STYLES].filter(({ downs }) => Object.values(downs).every(Array.isArray));

/** As it is read; undefined where it is refused. Anything but a refusal is a crash. */
function read(text: string): Readings | undefined {
  try {
    return Object.fromEntries(readGo(text).migrations.map(({ version, down }) => [version, readingOf(down)]));
  } catch (error) {
    if (error instanceof OpsError && error.exitCode === 6) return undefined;
    throw error;
  }
}

/** A changed file, and whether a reading of it is honest. */
interface Mutant {
  readonly text: string;
  readonly isHonest: (readings: Readings, base: GoInput) => boolean;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
const TOKEN = /`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|[\w.]+|:=|[^\s\w]/g;
const STARTS = /\berror\)? \{ /g;
const inEachFunction = (text: string, statement: string) => text.replace(STARTS, (start) => `${start}${statement}; `);

const UNKNOWABLE = [
  "elsewhere(ctx, tx)",
  'if secret() { tx.Exec(ctx, "X") }',
  "if secret() { return nil }",
  "go run2(tx)",
  'defer tx.Exec(ctx, "X")',
  'panic("x")',
  'for next() { tx.Exec(ctx, "X") }',
  'select { default: tx.Exec(ctx, "X") }',
  'tx.Conn().Exec(ctx, "X")',
  'switch secret() { case 1: tx.Exec(ctx, "X") }',
  'tx.Exec(ctx, secret() + "X")',
  "for range secret {}",
  "tx.Exec(ctx, fmt.Sprintf(secret()))",
  "each(func() { tx.Exec(ctx, `X`) })",
  "tx = secret(tx)",
  "(*tx).Exec(ctx, `X`)",
  "tx.(pgx.Tx).Exec(ctx, `X`)",
  "secret <- tx",
  "x := tx; x.Commit(ctx)",
  "L: for { break L }",
];

const KINDS: readonly ((random: Random, base: GoInput) => Mutant)[] = [
  /** Another text, of the same length of list: it must not be read as before. */
  function otherText(random, { text, downs }) {
    const texts = Object.values(downs).flat().join("\n");
    const tokens = [...text.matchAll(TOKEN)].filter(
      ([token]) => isPartOf(token, texts) && text.split(token).length === 2,
    );
    const token = tokens.length === 0 ? undefined : pick(random, tokens);
    if (token?.index === undefined) return { text, isHonest: () => true };
    const at = token.index + 1 + Math.floor(random.next() * (token[0].length - 1));
    const changed = `${text.slice(0, at)}Z${random.next()}Z${text.slice(at)}`;
    return { text: changed, isHonest: (readings, base) => JSON.stringify(readings) !== JSON.stringify(base.downs) };
  },
  /** Something that cannot be known at the start of every function: no Down is whole. */
  function poison(random, { text }) {
    const changed = inEachFunction(text, pick(random, UNKNOWABLE));
    return { text: changed, isHonest: (readings) => Object.values(readings).every((one) => !Array.isArray(one)) };
  },
  /** One statement more at the start of every function: it is in every Down that is whole. */
  function addition(random, { text }) {
    const sql = `EXTRA ${random.next()}`;
    const quoted = pick(random, [`"${sql}"`, `\`${sql}\``, `"EXTRA " + "${sql.slice(6)}"`, `string("${sql}")`]);
    const changed = inEachFunction(text, `if _, err := tx.Exec(ctx, ${quoted}); err != nil { return err }`);
    const isIn = (one: Readings[number] | undefined) => !Array.isArray(one) || one.includes(sql);
    return { text: changed, isHonest: (readings) => Object.values(readings).every(isIn) };
  },
  /** A field that is assigned, a list that is replaced. */
  function assignment(random, { text }) {
    const statement = pick(random, ["x.Down = y", "x[0].Down, a = y, b", "(*x).Down = y", "get().Down = y"]);
    return {
      text: `${text}\nfunc patch() { ${statement} }\n`,
      // goose takes functions, and has no fields.
      isHonest: (readings, { name }) => name === "goose" || Object.values(readings).every((one) => !Array.isArray(one)),
    };
  },
  /** Tokens that are lost, doubled, moved or of another file: anything, but read or refused. */
  function tokens(random, { text }) {
    let changed = text;
    for (let count = 1 + Math.floor(random.next() * 4); count > 0; count -= 1) {
      const all = [...changed.matchAll(TOKEN)];
      const { index: at = 0, 0: token } = pick(random, all);
      const by = pick(random, [
        "",
        `${token} ${token}`,
        pick(random, all)[0],
        pick(random, [...pick(random, BASES).text.matchAll(TOKEN)])[0],
      ]);
      changed = changed.slice(0, at) + by + changed.slice(at + token.length);
    }
    return { text: changed, isHonest: () => true };
  },
  function characters(random, { text }) {
    let changed = text;
    for (let count = 1 + Math.floor(random.next() * 6); count > 0; count -= 1) {
      const at = Math.floor(random.next() * changed.length);
      const by = pick(random, ["", "(", "{", "`", '"', "'", "\n", ";", "/*", "\\", "\0", "é", "\u2028", ":=", "..."]);
      changed = changed.slice(0, at) + by + changed.slice(at + Math.floor(random.next() * 3));
    }
    return { text: changed, isHonest: () => true };
  },
];

const isPartOf = (token: string, texts: string): boolean =>
  /^["`]/.test(token) && token.length > 5 && !/[%\\]/.test(token) && texts.includes(token.slice(1, -1));

const SEEDS = Array.from({ length: 10_000 }, (_, seed) => seed);

describe("a mutant of a Go file", () => {
  it("has bases that are read whole", () => {
    expect(BASES.length).toBeGreaterThan(60);
    for (const { text, downs } of BASES) expect(read(text)).toEqual(downs);
  });

  it.each(KINDS.map((make) => [make.name, make] as const))(
    "is read for what it is, unknown or refused: %s",
    (_name, make) => {
      const mine = SEEDS.filter((seed) => KINDS[seed % KINDS.length] === make);
      let reads = 0;
      for (const seed of sample(mine, 50)) {
        const random = seededRandom(seed);
        const base = pick(random, BASES);
        const { text, isHonest } = make(random, base);
        const readings = read(text);
        if (readings !== undefined) reads += 1;
        if (readings !== undefined && !isHonest(readings, base))
          expect.fail(`seed ${seed}, ${base.name}: ${JSON.stringify(readings)}\n${text}`);
      }
      expect(reads).toBeGreaterThan(0);
    },
  );
});
