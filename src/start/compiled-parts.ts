import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { crc32 } from "node:zlib";

/** What V8 made of one file of the program. */
export interface CompiledPart {
  readonly name: string;
  /** The check sum of the text that it was made of. */
  readonly source: number;
  readonly data: Buffer;
}

/** What V8 made of the files that one command loads. */
export interface CompiledParts {
  readonly parts: ReadonlyMap<string, CompiledPart>;
  /** How many runs had a hand in it. */
  readonly runs: number;
}

interface Header {
  readonly runs: number;
  readonly parts: readonly { readonly name: string; readonly source: number; readonly length: number }[];
}

export const NOTHING_COMPILED: CompiledParts = { parts: new Map(), runs: 0 };

/** V8 reads words of this many bytes in place. */
const WORD = 8;
const CHECK_SUM = 4;
/** Others may not write to it. */
const WRITABLE_BY_OTHERS = 0o022;

const padded = (length: number): number => Math.ceil(length / WORD) * WORD;

/** One file: a check sum of all that follows, the length of the header, the header, and the parts. */
export function encodeParts({ parts, runs }: CompiledParts): Buffer {
  const all = [...parts.values()];
  const header: Header = {
    runs,
    parts: all.map(({ name, source, data }) => ({ name, source, length: data.length })),
  };
  const text = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(padded(2 * CHECK_SUM + text.length), " ");
  head.writeUInt32LE(text.length, CHECK_SUM);
  text.copy(head, 2 * CHECK_SUM);
  const body = all.flatMap(({ data }) => [data, Buffer.alloc(padded(data.length) - data.length)]);
  const whole = Buffer.concat([head, ...body]);
  whole.writeUInt32LE(crc32(whole.subarray(CHECK_SUM)), 0);
  return whole;
}

/** V8 ends the process where its data is damaged, so what does not fit its check sum counts as nothing. */
export function decodeParts(whole: Buffer): CompiledParts {
  if (whole.length < 2 * CHECK_SUM || crc32(whole.subarray(CHECK_SUM)) !== whole.readUInt32LE(0))
    return NOTHING_COMPILED;
  const length = whole.readUInt32LE(CHECK_SUM);
  const { runs, parts } = JSON.parse(whole.toString("utf8", 2 * CHECK_SUM, 2 * CHECK_SUM + length)) as Header;
  let at = padded(2 * CHECK_SUM + length);
  const found = new Map<string, CompiledPart>();
  for (const { name, source, length } of parts) {
    found.set(name, { name, source, data: whole.subarray(at, at + length) });
    at += padded(length);
  }
  return { parts: found, runs };
}

/** What lies there is run: so it has to be this user's own, and no other may be able to change it. */
export function readParts(path: string): CompiledParts {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return NOTHING_COMPILED;
  }
  try {
    const { uid, mode } = fstatSync(file);
    const isOwn = process.geteuid === undefined || (uid === process.geteuid() && (mode & WRITABLE_BY_OTHERS) === 0);
    return isOwn ? decodeParts(readFileSync(file)) : NOTHING_COMPILED;
  } catch {
    return NOTHING_COMPILED;
  } finally {
    closeSync(file);
  }
}
