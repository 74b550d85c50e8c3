/**
 * A line up to the cursor, as the words that a POSIX shell makes of it; the last one is the one at the cursor. An open
 * quote ends at the cursor. Variables and substitutions stay as they are typed: nothing is run.
 */
export function typedWords(line: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let isOpen = false;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? "";
    if (quote === "" && /\s/.test(char)) {
      if (isOpen) words.push(word);
      [word, isOpen] = ["", false];
      continue;
    }
    isOpen = true;
    if (char === "\\" && quote !== "'" && at + 1 < line.length) {
      at += 1;
      word += line[at];
    } else if (char === quote) quote = "";
    else if (quote === "" && (char === "'" || char === '"')) quote = char;
    else word += char;
  }
  return [...words, word];
}
