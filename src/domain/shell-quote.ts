/** One POSIX shell word, quoted only where it has to be; zsh would also expand a leading `=`. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:=@%+,-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
