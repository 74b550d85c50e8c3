// Characters that a terminal executes or hides, as in sanitise.ts. The indentation's line feeds stay.
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** JSON that is safe on a terminal: such characters are escaped, so that the value stays the same. */
export function jsonText(value: unknown, indent?: number): string {
  return (JSON.stringify(value, null, indent) ?? "null").replace(UNSAFE, escaped);
}

const escaped = (char: string): string =>
  [...Array(char.length).keys()].map((index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, "0")}`).join("");
