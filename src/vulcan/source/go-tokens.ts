/** One token of Go. The text of a string is its value; a rune or a number keeps its spelling. */
export interface GoToken {
  readonly kind: "word" | "string" | "number" | "rune" | "mark";
  readonly text: string;
  /** The position of its first character, counted from 0. */
  readonly at: number;
}

type Kind = GoToken["kind"] | "space" | "raw";

const LEXEMES: readonly (readonly [RegExp, Kind])[] = [
  [/(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y, "space"],
  [/`[^`]*`/y, "raw"],
  [/"(?:[^"\\\n]|\\[^\n])*"/y, "string"],
  [/'(?:[^'\\\n]|\\[^\n])+'/y, "rune"],
  [/[\p{L}_][\p{L}\p{Nd}_]*/uy, "word"],
  [/\d[\w.]*/y, "number"],
  [/[^"'`/]|\/(?!\*)/uy, "mark"],
];

/** The tokens of a Go source, without its comments; or the position of the first invalid token. */
export function goTokensOf(source: string): { readonly tokens: readonly GoToken[] } | { readonly oddAt: number } {
  const tokens: GoToken[] = [];
  for (let at = 0; at < source.length; ) {
    const { kind, text } = lexemeAt(source, at);
    const value = kind === undefined ? undefined : meaningOf(kind, text);
    if (value === undefined) return { oddAt: at };
    if (kind !== undefined && kind !== "space")
      tokens.push({ kind: kind === "raw" ? "string" : kind, text: value, at });
    at += text.length;
  }
  return { tokens };
}

function lexemeAt(source: string, at: number): { readonly kind?: Kind; readonly text: string } {
  for (const [pattern, kind] of LEXEMES) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return { text: "" };
}

function meaningOf(kind: Kind, text: string): string | undefined {
  if (kind === "raw") return text.slice(1, -1).replaceAll("\r", "");
  return kind === "string" ? unescaped(text.slice(1, -1)) : text;
}

const ESCAPE = /\\(?:([abfnrtv\\"])|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g;
const SINGLE: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** Undefined for an escape that Go does not have, and for a byte beyond ASCII: it is only a part of a character. */
function unescaped(text: string): string | undefined {
  let isOdd = false;
  const value = text.replace(ESCAPE, (all, single, hex, short, long, octal) => {
    if (single !== undefined) return SINGLE[single] ?? single;
    const byte = hex ?? octal;
    const code = byte === undefined ? Number.parseInt(short ?? long ?? "", 16) : Number.parseInt(byte, hex ? 16 : 8);
    if (Number.isNaN(code) || code > (byte === undefined ? 0x10ffff : 0x7f)) isOdd = true;
    return isOdd ? all : String.fromCodePoint(code);
  });
  return isOdd ? undefined : value;
}
