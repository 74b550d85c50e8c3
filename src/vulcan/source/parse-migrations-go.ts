import { basename, dirname } from "node:path";
import { usageError } from "../../domain/error.ts";
import type { DownEffects } from "../../domain/migrations/schema-object.ts";
import { sanitise, sanitiseDeep } from "../../domain/sanitise.ts";
import { allOf, downEffectsOf } from "./down-effects.ts";
import { bodyOf, type GoBody } from "./go/bodies.ts";
import { isBuilt, isIgnored } from "./go/build.ts";
import { type Made, migrationsIn } from "./go/find-migrations.ts";
import { childOf, type GoFile, type GoNode, lineAt, lineOf, sourceOf } from "./go/node.ts";
import { type GoPackage, packageOf } from "./go/package.ts";
import { replacementIn } from "./go/replacements.ts";
import type { PackageState } from "./go/run.ts";
import { GoSyntaxError, parseGo } from "./go/tree.ts";
import type { Doubt, Execution } from "./go/value.ts";

/** What the Up or the Down of a migration does. */
export interface SourceBody {
  /** The SQL texts that it executes, in their order. */
  readonly sql: readonly string[];
  /** Where each of them stands. */
  readonly places: readonly SqlPlace[];
  /** `file:line: why` of all that it may do beside; empty where the texts are the whole. */
  readonly unknown: readonly string[];
  /** There is none. */
  readonly isMissing: boolean;
}

/** Where a SQL text begins in the source. */
export interface SqlPlace {
  readonly path: string;
  /** Of its first character if the text is written there as it is; else of what executes it. */
  readonly line: number;
  readonly isExact: boolean;
  /** Values stand beside it, for `$1` and what follows. */
  readonly hasValues: boolean;
}

/** One migration as Vulcan's `internal/storage/postgres/migrations.go` defines it. */
export interface SourceMigration {
  readonly version: number;
  /** Safe to show; empty if the source builds it. */
  readonly description: string;
  /** `file:line` */
  readonly at: string;
  readonly up: SourceBody;
  readonly down: SourceBody;
}

export interface MigrationsSource {
  /** Oldest version first. */
  readonly migrations: readonly SourceMigration[];
  /** `file:line: why` of what seems to be a migration, and whose version is not known. */
  readonly unread: readonly string[];
}

/** One Go file of the package, by its path. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** Lies beside the file that the operator named: its names count, its migrations are not asked for. */
  readonly isBeside?: boolean;
}

/** Content of a file in the folder of a Go file; undefined where none is there that Go would embed. */
export type ReadBeside = (folder: string, name: string) => string | undefined;

/** The effects of a Down, according to its source. */
export function readDownEffects({ down }: SourceMigration): DownEffects {
  const { complete, ...rest } = allOf(down.sql.map(downEffectsOf));
  return {
    ...rest,
    complete: complete && down.unknown.length === 0 && !down.isMissing,
    ...(down.unknown.length > 0 && { unknown: down.unknown }),
    ...(down.isMissing && { isMissing: true }),
  };
}

/**
 * The migrations of the Go files of one package. `path` is what the operator named.
 * Throws OpsError (exit 6) if a file is no Go, no migration is there, or a list has one of them twice.
 */
export function readMigrations(
  texts: readonly SourceText[],
  path: string,
  beside: ReadBeside = () => undefined,
): MigrationsSource {
  const built = filesOf(texts);
  refuseTwoPackages(built);
  const go = packageOf(built, (file, name) => beside(dirname(file.path), name));
  const state: PackageState = { values: new Map() };
  const mades = migrationsIn(go, state);
  // What the first round finds to be changed, it finds too late for those before.
  const [, list = []] = [1, 2].map(() => mades.map((made): Read => ({ ...made, ...bodiesOf(go, state, made) })));
  const besides = new Set(texts.filter(({ isBeside }) => isBeside).map((one) => one.path));
  const isAsked = ({ node }: Pick<Read, "node">) => !besides.has(node.file.path);
  const known = list.filter((one) => isVersion(one));
  if (!known.some(isAsked)) throw noneIn(path, list.filter(isAsked));
  refuseTwice(known);
  const replaced: Doubt[] = [replacementIn(go, mades)].flatMap((node) =>
    node === undefined ? [] : [{ node, why: "a migration may be replaced here" }],
  );
  const doubts = state.lost === undefined ? replaced : [...replaced, state.lost];
  const versions = [...new Set(known.filter(isAsked).map(versionOf))].sort((a, b) => a - b);
  return {
    migrations: versions.map((version) =>
      toMigration(
        known.filter((one) => versionOf(one) === version),
        isAsked,
        doubts,
      ),
    ),
    unread: unreadOf(list.filter(isAsked), known),
  };
}

/** The files of the program: of those beside the named one, the ones of its package that are Go. */
function filesOf(texts: readonly SourceText[]): readonly GoFile[] {
  const asked = texts.filter(({ isBeside, path }) => !isBeside && (texts.length === 1 || !isIgnored(path)));
  const files = (asked.length === 0 ? texts : asked).map(parse);
  const built = files.filter((file) => files.length === 1 || isBuilt(file) !== false);
  const names = new Set(built.map(packageNameOf));
  const beside = texts
    .filter(({ isBeside }) => isBeside)
    .flatMap((one) => {
      try {
        return [parseGo(one.path, one.text)];
      } catch (error) {
        if (error instanceof GoSyntaxError) return [];
        throw error;
      }
    });
  return [...built, ...beside.filter((file) => isBuilt(file) !== false && names.has(packageNameOf(file)))];
}

function packageNameOf({ top }: GoFile): string {
  const name = childOf(childOf(top, "PackageClause") ?? top, "DefName");
  return name === undefined ? "" : sourceOf(name);
}

function parse({ path, text }: SourceText): GoFile {
  // A part of a list, as documents show it.
  const isPart = /^\s*\{/.test(text);
  try {
    return parseGo(path, isPart ? `package p; var _ = []Migration{ ${text.replace(/,?\s*$/, "")},\n}\n` : text);
  } catch (error) {
    if (error instanceof GoSyntaxError) throw invalid(`${path}:${error.line}`, error.message);
    throw error;
  }
}

function invalid(place: string, why: string): Error {
  return usageError("migrations-source-invalid", `${sanitise(place, { most: 200 })}: ${sanitise(why, { most: 200 })}`);
}

const FORM = '{ Version: 6, Description: "…", Up: func…, Down: func… }';

function noneIn(path: string, list: readonly Read[]): Error {
  const [first] = list;
  const why = first?.version.kind === "unknown" ? first.version : undefined;
  if (first === undefined || why === undefined) return invalid(path, `no migration is here: ${FORM}`);
  return invalid(placeOf(first.node), `the version of this migration is not known (${why.why}). The form is ${FORM}`);
}

function refuseTwoPackages(files: readonly GoFile[]): void {
  const names = new Map(files.map((file) => [packageNameOf(file), file.path] as const));
  const [one, other] = [...names];
  if (one === undefined || other === undefined) return;
  throw invalid(other[1], `package ${other[0]}, and ${one[1]} is of package ${one[0]}: name a folder of one package`);
}

interface Read extends Omit<Made, "up" | "down"> {
  readonly up: GoBody;
  readonly down: GoBody;
}

function bodiesOf(go: GoPackage, state: PackageState, { up, down, node }: Made): Pick<Read, "up" | "down"> {
  return { up: bodyOf(go, state, up, node), down: bodyOf(go, state, down, node) };
}

const versionOf = ({ version }: Pick<Made, "version">): number => (version.kind === "int" ? version.value : 0);
const isVersion = (made: Pick<Made, "version">): boolean => versionOf(made) >= 1;

const placeOf = (node: GoNode): string => `${node.file.path}:${lineOf(node)}`;
const reasonOf = ({ node, why }: Doubt): string => sanitiseDeep(`${basename(node.file.path)}:${lineOf(node)}: ${why}`);

/** Twice in one list is a mistake. In two places, only the program knows which one runs. */
function refuseTwice(known: readonly Read[]): void {
  const first = new Map<string, Read>();
  for (const made of known) {
    const key = `${versionOf(made)} ${made.node.file.path} ${listOf(made.node)?.from}`;
    const same = first.get(key);
    if (same !== undefined && same.node !== made.node && listOf(made.node) !== undefined)
      throw invalid(
        placeOf(made.node),
        `migration ${versionOf(made)} is here twice: also in line ${lineOf(same.node)}`,
      );
    first.set(key, same ?? made);
  }
}

/** The list that the literal is an element of. */
function listOf(node: GoNode): GoNode | undefined {
  let one: GoNode | undefined = node;
  while (one !== undefined && /^(LiteralValue|TypedLiteral|UnaryExp)$/.test(one.name) && one.parent?.name !== "Element")
    one = one.parent;
  return one?.parent?.name === "Element" ? one.parent.parent : undefined;
}

function toMigration(
  mades: readonly Read[],
  isAsked: (made: Read) => boolean,
  doubts: readonly Doubt[],
): SourceMigration {
  const first = mades.find(isAsked) as Read;
  const others = mades.filter((made) => made !== first);
  const { description, node, version, further } = first;
  const other = others.find((one) => one.node !== node || textOf(one) !== textOf(first));
  const shared: Doubt[] = [
    ...(other === undefined ? [] : [{ node: other.node, why: `migration ${versionOf({ version })} is here as well` }]),
    ...doubts,
    ...(further.length === 0 ? [] : [{ node, why: `it has more than Up and Down: ${further.join(", ")}` }]),
  ];
  return {
    version: versionOf({ version }),
    description: description.kind === "text" ? sanitiseDeep(description.text) : "",
    at: sanitiseDeep(placeOf(node)),
    up: toBody(first.up, shared),
    down: toBody(first.down, shared),
  };
}

function toBody({ executions, doubts, isMissing }: GoBody, shared: readonly Doubt[]): SourceBody {
  const all = [...doubts, ...shared].map(reasonOf);
  return {
    sql: executions.map(({ sql }) => sql),
    places: executions.map(placeOfSql),
    unknown: all,
    isMissing: isMissing && all.length === 0,
  };
}

/** The text itself is looked for: in what executes it, else where the file has it once. */
function placeOfSql({ sql, node, hasValues = false }: Execution): SqlPlace {
  const { path, text } = node.file;
  const inside = text.indexOf(sql, node.from);
  const first = text.indexOf(sql);
  const isOnce = first >= 0 && text.indexOf(sql, first + 1) < 0;
  const at = inside >= 0 && inside < node.to ? inside : isOnce ? first : undefined;
  if (sql.trim() === "" || at === undefined) return { path, line: lineOf(node), isExact: false, hasValues };
  return { path, line: lineAt(text, at), isExact: true, hasValues };
}

const textOf = ({ up, down }: Read): string =>
  JSON.stringify([up, down].map(({ executions, doubts }) => [executions.map(({ sql }) => sql), doubts.map(reasonOf)]));

/** A literal in a function stands for each migration that the function was called for. */
function unreadOf(list: readonly Read[], known: readonly Read[]): readonly string[] {
  const read = new Set(known.map(({ node }) => node));
  const left = list.filter((one) => !isVersion(one) && !read.has(one.node));
  const reasons = left.map(({ node, version }) =>
    reasonOf(
      version.kind === "unknown" ? { node, why: version.why } : { node, why: "its version is no number above 0" },
    ),
  );
  return [...new Set(reasons)];
}
