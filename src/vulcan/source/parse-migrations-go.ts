import { usageError } from "../../domain/error.ts";
import type { DownEffects } from "../../domain/migrations/schema-object.ts";
import { sanitise, sanitiseDeep } from "../../domain/sanitise.ts";
import { allOf, downEffectsOf } from "./down-effects.ts";
import { bracketsOf } from "./go-brackets.ts";
import { type GoToken, goTokensOf } from "./go-tokens.ts";

/** One migration as Vulcan's `internal/storage/postgres/migrations.go` defines it. */
export interface SourceMigration {
  readonly version: number;
  /** Safe to show; empty if the source builds it. */
  readonly description: string;
  /** The SQL texts that its Down executes, in their order. */
  readonly down: readonly string[];
  /** False if Down does more than execute these texts, is defined elsewhere, or is missing. */
  readonly isWhole: boolean;
}

/** The effects of a Down, according to its source. */
export function readDownEffects({ down, isWhole }: SourceMigration): DownEffects {
  const { complete, ...rest } = allOf(down.map(downEffectsOf));
  return { ...rest, complete: complete && isWhole };
}

/**
 * The migrations of the Go source `path`, oldest version first. A migration in another form is left out and so unknown.
 * Throws OpsError (exit 6) if the file cannot be read, contains no migration, or contains one of them twice.
 */
export function readMigrations(text: string, path: string): readonly SourceMigration[] {
  const complain: Complain = (at, why) => invalid(`${path}:${text.slice(0, at).split("\n").length}`, why);
  const source = toSource(text, complain);
  const list = literalsIn(source).map((fields) => toMigration(source, fields, complain));
  if (list.length === 0)
    throw invalid(path, 'no migration is here: { Version: 6, Description: "…", Up: func…, Down: func… }');
  const sorted = list.sort((a, b) => a.version - b.version);
  const twice = sorted.find(({ version }, index) => sorted[index - 1]?.version === version);
  if (twice !== undefined) throw invalid(path, `migration ${twice.version} is here twice`);
  return sorted;
}

type Complain = (at: number, why: string) => Error;

function invalid(place: string, why: string): Error {
  return usageError("migrations-source-invalid", `${sanitise(place, { most: 200 })}: ${why}`);
}

interface Source {
  readonly tokens: readonly GoToken[];
  readonly brackets: ReadonlyMap<number, readonly Span[]>;
}

/** A range of tokens: the first, and the one after the last. */
type Span = readonly [from: number, to: number];

function toSource(text: string, complain: Complain): Source {
  const read = goTokensOf(text);
  if ("oddAt" in read) throw complain(read.oddAt, "a quote or comment that does not end, or is none of Go's");
  const paired = bracketsOf(read.tokens);
  if ("oddAt" in paired) throw complain(paired.oddAt, "a bracket without its other half");
  return { ...read, ...paired };
}

type Fields = ReadonlyMap<string, Span>;

/** Every `{ Key: value, … }` that has a Version, and an Up or a Down. */
function literalsIn({ tokens, brackets }: Source): Fields[] {
  return [...brackets].flatMap(([index, parts]) => {
    if (!isMark(tokens[index], "{") || !isMark(tokens[index + 2], ":")) return [];
    const keyed = parts.filter(([from]) => tokens[from]?.kind === "word" && isMark(tokens[from + 1], ":"));
    const fields = new Map(keyed.map(([from, to]) => [tokens[from]?.text ?? "", [from + 2, to] as const]));
    return fields.has("Version") && (fields.has("Up") || fields.has("Down")) ? [fields] : [];
  });
}

const isMark = (token: GoToken | undefined, text: string): boolean => token?.kind === "mark" && token.text === text;

function toMigration(source: Source, fields: Fields, complain: Complain): SourceMigration {
  const tokensOf = (key: string) => source.tokens.slice(...(fields.get(key) ?? [0, 0]));
  const [number, ...more] = tokensOf("Version");
  const isWritten = number?.kind === "number" && /^[1-9]\d{0,14}$/.test(number.text) && more.length === 0;
  if (!isWritten) throw complain(number?.at ?? 0, "a Version that is no plain number: what it is cannot be read");
  const description = sanitiseDeep(joined(tokensOf("Description")) ?? "");
  return { version: Number(number.text), description, ...bodyOf(source, fields.get("Down") ?? [0, 0]) };
}

/** The text of strings that are joined by `+`; undefined if anything else is among them. */
function joined(tokens: readonly GoToken[]): string | undefined {
  const isText = tokens.every((token, index) => (index % 2 === 0 ? token.kind === "string" : isMark(token, "+")));
  if (!isText || tokens.length % 2 === 0) return undefined;
  return tokens
    .filter(({ kind }) => kind === "string")
    .map(({ text }) => text)
    .join("");
}

/** Each `tx.Exec(ctx, "…")` gives a text. Other calls but `fmt.Errorf`, and texts built by Go, make `isWhole` false. */
function bodyOf({ tokens, brackets }: Source, [from, to]: Span): Pick<SourceMigration, "down" | "isWhole"> {
  const down: string[] = [];
  let isWhole = isWord(tokens[from], "func") && to > from && isMark(tokens[to - 1], "}");
  for (let index = from; index < to; index += 1) {
    if (!isMark(tokens[index], "(") || (index === from + 1 && isWhole)) continue;
    const [owner, dot, name] = tokens.slice(Math.max(index - 3, from), index);
    const isMethod = owner?.kind === "word" && isMark(dot, ".");
    const sql =
      isMethod && isWord(name, "Exec") ? joined(tokens.slice(...(brackets.get(index)?.[1] ?? [0, 0]))) : undefined;
    if (sql !== undefined) down.push(sql);
    else if (!isMethod || owner.text !== "fmt" || !isWord(name, "Errorf")) isWhole = false;
  }
  return { down, isWhole };
}

const isWord = (token: GoToken | undefined, text: string): boolean => token?.kind === "word" && token.text === text;
