import type { DescribedAction } from "../../domain/described-action.ts";
import { isNarrow, paragraph, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";

/** A row for each action: its name, its risk, what it does. */
export function renderActions(actions: readonly DescribedAction[], display: DisplayOptions): string {
  const most = Math.max(...actions.map(({ name }) => name.length));
  const lines = actions.flatMap(({ name, risk, summary }) => {
    const text = `${risk.padEnd(RISK_CELLS)} ${summary}`;
    return isNarrow(display)
      ? [...paragraph(name, display, 0, "strong"), ...paragraph(text, display, 2)]
      : rowLines({ label: name.padEnd(most), text }, display, 0);
  });
  return lines.map((line) => `${line}\n`).join("");
}

const RISK_CELLS = "destructive".length;
