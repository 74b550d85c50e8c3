/** What one list of lines has and another has not, each in its order. A line that occurs twice counts twice. */
export interface LineDifference {
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

export function differenceOf(before: readonly string[], after: readonly string[]): LineDifference {
  return { gone: beyond(before, after), added: beyond(after, before) };
}

export const isEmpty = ({ gone, added }: LineDifference): boolean => gone.length === 0 && added.length === 0;

function beyond(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}

/** `column jobs.note: text` → the object and its facts. A quoted name may hold the mark itself. */
export function partsOf(line: string): readonly [string, string] {
  const at = line.indexOf(": ");
  return at < 0 ? [line.replace(/:$/, ""), ""] : [line.slice(0, at), line.slice(at + 2)];
}

/**
 * The difference of two structures. The order of a table's columns counts only where its columns are the same: one that
 * comes or goes is told by its own line.
 */
export function structureDifference(before: readonly string[], after: readonly string[]): LineDifference {
  const { gone, added } = differenceOf(before, after);
  const [was, is] = [ordersIn(gone), ordersIn(added)];
  const isTold = (line: string): boolean => {
    if (!line.startsWith(ORDER)) return true;
    const [table] = partsOf(line);
    const [one, other] = [was.get(table), is.get(table)];
    return one !== undefined && other !== undefined && sortedNames(one) === sortedNames(other);
  };
  return { gone: gone.filter(isTold), added: added.filter(isTold) };
}

const ORDER = "order ";

const ordersIn = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(lines.filter((line) => line.startsWith(ORDER)).map(partsOf));

const sortedNames = (list: string): string => list.split(", ").sort().join(", ");

/** Each difference as one text: `column jobs.note: text → varchar(10)`, `+ index idx_jobs`, `- table notes`. */
export function differenceTexts({ gone, added }: LineDifference): readonly string[] {
  const [was, is] = [new Map(gone.map(partsOf)), new Map(added.map(partsOf))];
  const changed = gone.flatMap((line) => {
    const [object, facts] = partsOf(line);
    const other = is.get(object);
    return other === undefined ? [`- ${line}`] : [changeText(object, facts, other)];
  });
  return [...changed, ...added.filter((line) => !was.has(partsOf(line)[0])).map((line) => `+ ${line}`)];
}

const changeText = (object: string, was: string, is: string): string =>
  object.startsWith(ORDER)
    ? `${object.replace(/^order /, "order of the columns of ")}: ${was} → ${is}`
    : `${object}: ${was} → ${is}`;

/** Facts that no migration has to bring, and that an operator may change at any time: told, and no damage. */
const SOFT = /^(privileges|default privileges|comment|security label|setting of|statistics) /;

/** What a migration alone should have changed, and what else differs. */
export function byWeight({ gone, added }: LineDifference): {
  readonly structure: LineDifference;
  readonly others: LineDifference;
} {
  const isSoft = (line: string): boolean => SOFT.test(line);
  const isHard = (line: string): boolean => !isSoft(line);
  return {
    structure: { gone: gone.filter(isHard), added: added.filter(isHard) },
    others: { gone: gone.filter(isSoft), added: added.filter(isSoft) },
  };
}

/** The first of them, in one sentence. */
export function shortened(texts: readonly string[], most = 3): string {
  const more = texts.length > most ? `, and ${texts.length - most} more` : "";
  return texts.slice(0, most).map(cut).join("; ") + more;
}

const LONGEST = 160;
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
