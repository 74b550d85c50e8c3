import { findingTitle } from "../../domain/finding-titles.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Row } from "../text/layout.ts";
import { type DisplayOptions, mark } from "../text/style.ts";

/** The title of each warning, once, however many findings have it. */
export function warningRows(warnings: readonly Finding[], display: DisplayOptions): Row[] {
  const titles = [...new Set(warnings.map((finding) => findingTitle(finding)))];
  return titles.map((title) => ({ label: mark("!", "WARN", display), text: begun(title), tone: "warn" }));
}

/** A capital at the beginning, but for a name, which keeps its own spelling. */
const begun = (text: string): string =>
  text.replace(/^[a-z]+(?=[ ,]|$)/, (word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
