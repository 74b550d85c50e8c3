/**
 * Something that a migration brings and its Down takes away. A name is one identifier, or `schema.name`; it stands
 * here as the catalogue holds it, without quotes. Whoever puts it into a statement quotes it.
 */
export type SchemaObject =
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "column"; readonly table: string; readonly column: string }
  | { readonly kind: "index"; readonly index: string };

/** What SQL takes away. */
export interface Destroyed {
  /** Gone afterwards, with all that is in them. */
  readonly objects: readonly SchemaObject[];
  /** There afterwards, while rows of them are deleted, or values of them overwritten or converted. */
  readonly altered: readonly SchemaObject[];
  /** Are these all? False wherever something was not understood, or reaches further than it says: never harmless. */
  readonly complete: boolean;
}

/** `relay_tokens`, `licences.seats`, `idx_audit_log_tenant` */
export function nameOf(object: SchemaObject): string {
  if (object.kind === "column") return `${object.table}.${object.column}`;
  return object.kind === "table" ? object.table : object.index;
}

/** An identifier that means the same with quotes and without, and that PostgreSQL does not cut short. */
export const isPlain = (name: string): boolean => /^[a-z_][a-z0-9_]{0,62}$/.test(name);

/** `name`, or `schema.name`. */
const isPlainPath = (path: string): boolean => path.split(".").length <= 2 && path.split(".").every(isPlain);

/**
 * What a migration with this description brought, as far as one can tell: what its Down takes away. A guess from
 * words, to be shown as one. Undefined: unknown, and to be said as unknown, never as nothing.
 */
export function broughtBy(description: string): readonly SchemaObject[] | undefined {
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

/** `Add audit_log index` names a table; only what looks like the name of an index is taken for one. */
const indexes = ({ names = "" }: Readonly<Record<string, string>>) =>
  each(listed(names), (index) =>
    isPlainPath(index) && /^(?:.*\.)?(?:u?idx|u?ix)_.|._(?:u?idx|u?ix|index)$/.test(index)
      ? { kind: "index", index }
      : undefined,
  );

const LIST = "(?<names>[\\w.]+(?:(?:, ?| and |, and )[\\w.]+)*)";
const form = (words: string): RegExp => new RegExp(`^(?:add|create) ${words.replace("LIST", LIST)}$`, "i");

/** The whole description has to be of one of these: a word more, and something more may have been brought. */
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

/** Words that stand where a name would: `Add new table` names none. */
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
