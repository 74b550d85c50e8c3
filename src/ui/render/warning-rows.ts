import { findingTitle } from "../../domain/finding-titles.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Row } from "../text/layout.ts";
import { type DisplayOptions, mark } from "../text/style.ts";

/** The title of each warning, once, however many findings have it or repeat its text. */
export function warningRows(warnings: readonly Finding[], display: DisplayOptions): Row[] {
  const told = warnings.filter(({ code, text }) => code !== "caution" || !warnings.some((one) => repeats(text, one)));
  const titles = [...new Set(told.map((finding) => findingTitle(finding)))];
  return titles.map((title) => ({ label: mark("!", "WARN", display), text: begun(title), tone: "warn" }));
}

const repeats = (caution: string, { code, text }: Finding): boolean => code !== "caution" && caution.includes(text);

/** A capital at the beginning, but for a name, which keeps its own spelling. */
const begun = (text: string): string =>
  text.replace(/^[a-z]+(?=[ ,]|$)/, (word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
