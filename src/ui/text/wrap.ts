import { stripVTControlCharacters } from "node:util";

const NARROW_ONLY = /^[\x20-\x7e]*$/;

/** How many cells a text takes on a terminal; colour codes and combining marks take none. */
export function width(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  let cells = 0;
  for (const char of stripVTControlCharacters(text)) cells += cellsOf(char);
  return cells;
}

function cellsOf(char: string): number {
  if (isPlain(char.codePointAt(0) ?? 0)) return 1;
  patterns ??= compile();
  if (patterns.noWidth.test(char)) return 0;
  return patterns.wide.test(char) ? 2 : 1;
}

/** Letters of Latin scripts, and the dashes, arrows, bars and ticks of our own screens. */
function isPlain(code: number): boolean {
  return (
    (code >= 0x20 && code < 0x7f) ||
    (code >= 0xa1 && code < 0x300 && code !== 0xad) ||
    (code >= 0x2010 && code <= 0x2027) ||
    (code >= 0x2190 && code <= 0x2193) ||
    (code >= 0x2500 && code <= 0x259f) ||
    code === 0x2713 ||
    code === 0x2717
  );
}

/** Compiling Unicode properties takes a tenth of a bare Node start: done for the first text that needs it. */
let patterns: ReturnType<typeof compile> | undefined;

function compile() {
  return {
    noWidth: /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u,
    // Shown two cells wide by terminals: East Asian scripts and forms, and emoji.
    wide: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u,
  };
}

/** Fills up with spaces to `cells`. */
export function pad(text: string, cells: number): string {
  return text + " ".repeat(Math.max(0, cells - width(text)));
}

/**
 * Breaks a text at its spaces into lines of at most `room` cells. A word is never broken, so that a copied word is
 * complete. A word that is wider than the room is alone on its line. Line feeds and wide gaps in the text stay.
 */
export function wrap(text: string, room: number): string[] {
  return text
    .split("\n")
    .flatMap((line) => fill(withArrows(line.split(/[ \t](?=\S)/), room), room, ""))
    .map((line) => line.trimEnd());
}

/** An arrow stays with the word after it: `→ 42` may begin a line, but no line ends in an arrow. */
function withArrows(words: readonly string[], room: number): string[] {
  const pieces: string[] = [];
  for (const word of words) {
    const last = pieces.at(-1);
    if ((last === "→" || last === "->") && width(word) + 3 <= room) pieces[pieces.length - 1] = `${last} ${word}`;
    else pieces.push(word);
  }
  return pieces;
}

/** Fills words greedily into lines. `tail` follows every line but the last, and counts as width. */
export function fill(words: readonly string[], room: number, tail: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [index, word] of words.entries()) {
    const longer = line === "" ? word : `${line} ${word}`;
    const rest = index === words.length - 1 ? 0 : width(tail);
    if (line === "" || width(longer) + rest <= room) line = longer;
    else {
      lines.push(line + tail);
      line = word;
    }
  }
  return [...lines, line];
}

/** `first` before the first line and as many spaces before the others. */
export function hang(first: string, lines: readonly string[]): string[] {
  const rest = " ".repeat(width(first));
  return lines.map((line, index) => (index === 0 ? first : rest) + line);
}

/** An id that is too long loses its middle: ids usually differ at their ends. */
export function shorten(id: string, room: number, unicode: boolean): string {
  const gap = unicode ? "…" : "..";
  const chars = [...id];
  if (width(id) <= room || room < gap.length + 2) return id;
  const kept = room - gap.length;
  const head = take(chars, Math.ceil(kept / 2));
  const tail = take(chars.toReversed(), Math.floor(kept / 2));
  return head.join("") + gap + tail.toReversed().join("");
}

function take(chars: readonly string[], room: number): string[] {
  let cells = 0;
  return chars.slice(
    0,
    chars.findIndex((char) => {
      cells += cellsOf(char);
      return cells > room;
    }),
  );
}
