/**
 * Something that a migration creates and its Down removes. A name is one identifier, or `schema.name`, as the catalogue
 * holds it, without quotes. Code that puts it into a statement must quote it.
 */
export type SchemaObject =
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "column"; readonly table: string; readonly column: string }
  | { readonly kind: "index"; readonly index: string };

/** What SQL removes. */
export interface DownEffects {
  /** Removed, with all their content. */
  readonly objects: readonly SchemaObject[];
  /** Kept, but rows of them are deleted, or values of them are overwritten or converted. */
  readonly altered: readonly SchemaObject[];
  /** Are these all? False wherever something was not understood or has a wider effect. Never treat it as harmless. */
  readonly complete: boolean;
  /** `file:line: why` of what could not be read in its source. */
  readonly unknown?: readonly string[];
  /** The source says that there is no Down. */
  readonly isMissing?: true;
}

/** `relay_tokens`, `licences.seats`, `idx_audit_log_tenant` */
export function nameOf(object: SchemaObject): string {
  if (object.kind === "column") return `${object.table}.${object.column}`;
  return object.kind === "table" ? object.table : object.index;
}

/** An identifier that means the same with and without quotes, and that PostgreSQL does not truncate. */
export const isPlain = (name: string): boolean => /^[a-z_][a-z0-9_]{0,62}$/.test(name);

/** `name`, or `schema.name`. */
const isPlainPath = (path: string): boolean => path.split(".").length <= 2 && path.split(".").every(isPlain);

/**
 * What a migration with this description probably created, and so what its Down removes. It is a guess from words; show
 * it as a guess. Undefined means unknown: report it as unknown, never as nothing.
 */
export function objectsCreatedBy(description: string): readonly SchemaObject[] | undefined {
  const text = description.trim().replace(/\.$/, "");
  for (const { form, read } of FORMS) {
    const groups = form.exec(text)?.groups;
    const objects = groups === undefined ? undefined : read(groups);
    if (objects !== undefined) return objects;
  }
  return undefined;
}

interface Form {
  readonly form: RegExp;
  read(groups: Readonly<Record<string, string>>): readonly SchemaObject[] | undefined;
}

const tables = ({ names = "" }: Readonly<Record<string, string>>) =>
  each(listed(names), (table) => (isNameOfTable(table) ? { kind: "table", table } : undefined));

const columns = ({ names = "", table = "" }: Readonly<Record<string, string>>) =>
  each(listed(names), (column) =>
    isNameOfTable(table) && isPlain(column) && !ENGLISH.has(column) ? { kind: "column", table, column } : undefined,
  );

const columnsByPath = ({ names = "" }: Readonly<Record<string, string>>) =>
  each(listed(names), (path) => {
    const dot = path.lastIndexOf(".");
    const [table, column] = [path.slice(0, Math.max(dot, 0)), path.slice(dot + 1)];
    return isPlainPath(table) && isPlain(column) ? { kind: "column", table, column } : undefined;
  });

/** `Add audit_log index` names a table. A name counts as an index only if it has the form of an index name. */
const indexes = ({ names = "" }: Readonly<Record<string, string>>) =>
  each(listed(names), (index) =>
    isPlainPath(index) && /^(?:.*\.)?(?:u?idx|u?ix)_.|._(?:u?idx|u?ix|index)$/.test(index)
      ? { kind: "index", index }
      : undefined,
  );

const LIST = "(?<names>[\\w.]+(?:(?:, ?| and |, and )[\\w.]+)*)";
const form = (words: string): RegExp => new RegExp(`^(?:add|create) ${words.replace("LIST", LIST)}$`, "i");

/** The whole description must match one of these. With one more word, more may have been created. */
const FORMS: readonly Form[] = [
  { form: form("LIST tables?"), read: tables },
  { form: form("tables? LIST"), read: tables },
  { form: form("LIST columns?"), read: columnsByPath },
  { form: form("columns? LIST"), read: columnsByPath },
  { form: form("LIST columns? (?:to|on) (?:table )?(?<table>[\\w.]+)(?: table)?"), read: columns },
  { form: form("columns? LIST (?:to|on) (?:table )?(?<table>[\\w.]+)(?: table)?"), read: columns },
  { form: form("(?:unique )?LIST (?:index|indexes|indices)(?: on [\\w.]+(?: ?\\([\\w ,]+\\))?)?"), read: indexes },
  { form: form("(?:unique )?(?:index|indexes|indices) LIST(?: on [\\w.]+(?: ?\\([\\w ,]+\\))?)?"), read: indexes },
];

/** English words in the place of a name: `Add new table` names no table. */
const ENGLISH = new Set(
  "a an the new old some other another missing extra all both each every more few temp".split(" "),
);

const isNameOfTable = (name: string): boolean => isPlainPath(name) && !ENGLISH.has(name);

const listed = (names: string): string[] => names.split(/, and |, ?| and /i);

function each(
  names: readonly string[],
  read: (name: string) => SchemaObject | undefined,
): readonly SchemaObject[] | undefined {
  const objects = names.map(read);
  return objects.every((object) => object !== undefined) ? objects : undefined;
}
