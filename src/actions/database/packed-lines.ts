import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Beyond it (characters), a journal does not keep the lines: a schema of some ten thousand columns. */
const MOST_PACKED = 300_000;

/** Lines as one text that a journal can keep: a twelfth of their size. Undefined where they are too many. */
export function packLines(lines: readonly string[]): string | undefined {
  const packed = deflateRawSync(lines.join("\n")).toString("base64");
  return packed.length > MOST_PACKED ? undefined : packed;
}

/** Undefined where it is no such text. */
export function unpackLines(packed: string): readonly string[] | undefined {
  try {
    return inflateRawSync(Buffer.from(packed, "base64")).toString("utf8").split("\n");
  } catch {
    return undefined;
  }
}
