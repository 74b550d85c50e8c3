/** A cell of a Markdown table is one line, and a bar in it is escaped. */
export const cell = (text: string): string =>
  text
    .trim()
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|");
