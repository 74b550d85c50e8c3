import { fill, width } from "./wrap.ts";

// One shell word: plain characters, escapes and quoted parts; a quote without its partner counts as a character.
const WORD = /(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|['"\\])+/g;

/** The words of a command line, quoted as they were; spaces inside quotes do not separate. */
export function shellWords(command: string): string[] {
  return command.match(WORD) ?? [];
}

/**
 * A command on lines of at most `room` cells. It is broken only between words and with ` \`, so that it can be pasted
 * from the screen. An option stays beside its values if they fit. Lines that start with `#` are comments.
 */
export function wrapCommand(command: string, room: number, indent = "  "): string[] {
  const comment = /^(?:#.*\n?)*/.exec(command)?.[0] ?? "";
  const comments = comment
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => wrapComment(line, room));
  const words = shellWords(command.slice(comment.length));
  if (words.length === 0) return comments;
  return [...comments, ...wrapWords(words, room, indent)];
}

function wrapComment(line: string, room: number): string[] {
  const words = line.replace(/^#\s*/, "").split(/\s+/);
  return fill(words, room - 2, "").map((text) => `# ${text}`);
}

function wrapWords(words: readonly string[], room: number, indent: string): string[] {
  const whole = words.join(" ");
  if (width(whole) <= room) return [whole];
  const inner = room - indent.length;
  // Continuation lines are indented, so the first line gets the same reduced width.
  const lines = fill(words.length > 1 ? groups(words, inner - CONTINUES.length) : words, inner, CONTINUES);
  return lines.map((line, index) => (index === 0 ? line : indent + line));
}

const CONTINUES = " \\";

/** An option and its values as one piece, if the piece fits on a line. */
function groups(words: readonly string[], room: number): string[] {
  const pieces: string[] = [];
  for (const word of words) {
    const last = pieces.at(-1);
    const joined = `${last} ${word}`;
    if (last?.startsWith("-") && !word.startsWith("-") && width(joined) <= room) pieces[pieces.length - 1] = joined;
    else pieces.push(word);
  }
  return pieces;
}
