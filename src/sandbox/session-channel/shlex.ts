/** The result of splitting a command: its words, or why it cannot be split. */
export type Split = { readonly words: readonly string[] } | { readonly problem: string };

const SPACES = " \t\r\n";

/**
 * Splits a command as the agent in a container does: no shell, so `|`, `$` and `>` are ordinary characters. Single
 * quotes are literal, inside double quotes a backslash escapes any character, and `#` at the start of a word drops
 * the rest of the line. [V: `ecs-exec.md` §1, fact 5]
 */
export function splitCommand(command: string): Split {
  const words: string[] = [];
  let at = 0;
  while (at < command.length) {
    const char = command.charAt(at);
    if (SPACES.includes(char)) {
      at++;
    } else if (char === "#") {
      const end = command.indexOf("\n", at);
      at = end < 0 ? command.length : end;
    } else {
      const word = readWord(command, at);
      if ("problem" in word) return word;
      words.push(word.text);
      at = word.end;
    }
  }
  return { words };
}

type Word = { readonly text: string; readonly end: number } | { readonly problem: string };

const OPEN_QUOTE = { problem: "EOF found when expecting closing quote" } as const;
const OPEN_ESCAPE = { problem: "EOF found after escape character" } as const;

function readWord(command: string, from: number): Word {
  let text = "";
  let at = from;
  while (at < command.length && !SPACES.includes(command.charAt(at))) {
    const char = command.charAt(at);
    if (char === "'" || char === '"') {
      const quoted = readQuoted(command, at + 1, char);
      if ("problem" in quoted) return quoted;
      text += quoted.text;
      at = quoted.end;
    } else if (char === "\\") {
      if (at + 1 >= command.length) return OPEN_ESCAPE;
      text += command.charAt(at + 1);
      at += 2;
    } else {
      text += char;
      at++;
    }
  }
  return { text, end: at };
}

function readQuoted(command: string, from: number, quote: string): Word {
  let text = "";
  for (let at = from; at < command.length; at++) {
    const char = command.charAt(at);
    if (char === quote) return { text, end: at + 1 };
    if (char === "\\" && quote === '"') {
      at++;
      if (at >= command.length) return OPEN_ESCAPE;
    }
    text += command.charAt(at);
  }
  return OPEN_QUOTE;
}
