import { createHash } from "node:crypto";
import type { JournalEvent } from "../domain/execution-event.ts";
import type { ExecutionNoted } from "../domain/execution-note.ts";

/** The last record of a journal, as the next one names it. */
export interface Link {
  /** Number of records. */
  readonly n: number;
  /** Checksum of the last record: 16 hexadecimal digits; empty before the first. */
  readonly sum: string;
}

export const BEGINNING: Link = { n: 0, sum: "" };

/**
 * One record as its line, without the line feed: `{"n":3,"prev":"…",` members of the event `,"sum":"…"}`. `sum` is the
 * checksum of all bytes of the line before `,"sum":`. It is one flat JSON object, so that `jq .type` reads it, and
 * holds all that a shared journal needs to check it: its place, and the record before.
 */
export function toLine(
  event: JournalEvent | ExecutionNoted,
  after: Link,
): { readonly line: string; readonly link: Link } {
  const members = JSON.stringify(event).slice(1, -1);
  const body = `{"n":${after.n + 1},"prev":"${after.sum}",${members}`;
  const sum = checksum(body);
  return { line: `${body},"sum":"${sum}"}`, link: { n: after.n + 1, sum } };
}

/** The short checksum that people compare: of the last record, and so of all records. */
export const headOf = ({ sum }: Link): string => sum.slice(0, 8);

/** The links of a journal's lines, in order, or why a line cannot be the one that was written there. */
export interface Chain {
  readonly end: Link;
  /** For each line before the broken one: whether it has checksums, and they are right. */
  readonly sealed: readonly boolean[];
  /** The first line that is not as it was written, from 1. Lines before it are good. */
  readonly broken?: { readonly line: number; readonly why: string };
}

/**
 * Follows the chain through a journal's lines. Releases up to 0.1.0 wrote no checksums: such a line passes, wherever it
 * is. The first sealed line after it names the checksum of everything before, and so seals that too.
 */
export function followChain(lines: readonly string[]): Chain {
  const sealed: boolean[] = [];
  let end = BEGINNING;
  for (const [index, line] of lines.entries()) {
    const seal = readSeal(line);
    const isAfterSealed = sealed.at(-1) ?? true;
    const before = isAfterSealed || seal === undefined ? end : unsealedLink(lines.slice(0, index));
    const why = seal === "broken" ? CHANGED : seal && misplaced(seal, before, isAfterSealed);
    if (why !== undefined) return { end, sealed, broken: { line: index + 1, why } };
    sealed.push(seal !== undefined);
    end = { n: index + 1, sum: (seal as Seal | undefined)?.sum ?? "" };
  }
  return { end: (sealed.at(-1) ?? true) ? end : unsealedLink(lines), sealed };
}

const CHANGED = "it is not as it was written (its checksum differs)";

/** For lines without checksums: one over all of them. */
const unsealedLink = (lines: readonly string[]): Link => ({
  n: lines.length,
  sum: checksum(lines.map((line) => `${line}\n`).join("")),
});

interface Seal extends Link {
  readonly prev: string;
}

const FRONT = /^\{"n":(\d{1,9}),"prev":"([0-9a-f]{16}|)",/;
const BACK = /,"sum":"([0-9a-f]{16})"\}$/;

/** Undefined for a line without checksums. A damage in one place spoils the front or the back, never both. */
function readSeal(line: string): Seal | "broken" | undefined {
  const [front, back] = [FRONT.exec(line), BACK.exec(line)];
  if (front === null && back === null && !line.startsWith('{"n":')) return undefined;
  const [, n = "", prev = ""] = front ?? [];
  const [, sum = ""] = back ?? [];
  const isWhole = front !== null && back !== null && checksum(line.slice(0, back.index)) === sum;
  return isWhole ? { n: Number(n), prev, sum } : "broken";
}

function misplaced(seal: Seal, before: Link, isSealed: boolean): string | undefined {
  const expected = before.n + 1;
  if (seal.n > expected) return `${recordsText(expected, seal.n - 1)} missing before it`;
  if (seal.n < expected) return `it is record ${seal.n}, out of its place`;
  if (seal.prev === before.sum) return undefined;
  return isSealed
    ? "the record before it is another one than when it was written"
    : "the records before it, which have no checksums of their own, are not as they were";
}

const recordsText = (from: number, to: number): string =>
  from === to ? `record ${from} is` : `records ${from} to ${to} are`;

const checksum = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
