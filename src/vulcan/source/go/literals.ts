const ESCAPE = /\\(?:([abfnrtv\\"])|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g;
const SINGLE: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/**
 * The text that a string of Go stands for; `invalid` where no compiler takes it; undefined where it has a byte beyond
 * ASCII, which is only a part of a character.
 */
export function textOf(source: string): { readonly text: string } | "invalid" | undefined {
  const isRaw = source.startsWith("`");
  if (source.length < 2 || source.at(-1) !== source[0]) return "invalid";
  const inner = source.slice(1, -1);
  if (isRaw) return { text: inner.replaceAll("\r", "") };
  let isInvalid = false;
  let hasByte = false;
  const text = inner.replace(ESCAPE, (all, single, hex, short, long, octal) => {
    if (single !== undefined) return SINGLE[single] ?? single;
    const byte = hex ?? octal;
    const code = byte === undefined ? Number.parseInt(short ?? long ?? "", 16) : Number.parseInt(byte, hex ? 16 : 8);
    if (Number.isNaN(code) || code > 0x10ffff || (byte === undefined && code >= 0xd800 && code <= 0xdfff))
      isInvalid = true;
    else if (byte !== undefined && code > 0x7f) hasByte = true;
    return isInvalid ? all : String.fromCodePoint(code);
  });
  // An odd number of backslashes at the end would have escaped the quote.
  if (isInvalid || /(?:^|[^\\])(?:\\\\)*\\$/.test(inner)) return "invalid";
  return hasByte ? undefined : { text };
}

/** A whole number of Go, in any of its spellings; undefined for every other number. */
export function integerOf(source: string): number | undefined {
  const digits = source.replaceAll("_", "").toLowerCase();
  const isOldOctal = /^0[0-7]+$/.test(digits);
  if (!isOldOctal && !/^(?:0|[1-9]\d*|0x[\da-f]+|0o[0-7]+|0b[01]+)$/.test(digits)) return undefined;
  const value = isOldOctal ? Number.parseInt(digits, 8) : Number(digits);
  return Number.isSafeInteger(value) ? value : undefined;
}
