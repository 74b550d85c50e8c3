import type { LostNotice } from "../../domain/notices/notice.ts";
import { type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";

/** A row for each channel; with `lost`, what became of a test. Ends with a line feed. */
export function renderChannels(
  by: readonly string[],
  lost: readonly LostNotice[] | undefined,
  display: DisplayOptions,
): string {
  const rows = by.map((name): Row => {
    const failed = lost?.find((one) => one.by === name);
    if (lost === undefined) return { label: "Told by", text: name };
    if (failed === undefined) return { label: "OK", text: `${name} took the message`, tone: "good" };
    const how = failed.isDoubtful === true ? "may not have taken it" : "did not take it";
    return { label: "Lost", text: `${name} ${how}: ${failed.why}`, tone: "bad" };
  });
  return `${rows.flatMap((row) => rowLines(row, display, 0)).join("\n")}\n`;
}
