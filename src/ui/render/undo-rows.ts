import type { Change, Undo } from "../../domain/operation.ts";
import type { Row } from "../text/layout.ts";
import { shown } from "./shown.ts";

/**
 * How a step is undone, and a loud row for what is not undone. Whole: with the request and the commands. Otherwise a row
 * each, and `more` says where the commands are.
 */
export function undoRows(
  { undo, changes }: { readonly undo: Undo | null; readonly changes: readonly Change[] },
  more?: string,
): Row[] {
  if (undo === null) return [];
  if (undo.kind === "irreversible") return [noUndo(undo.reason)];
  const commandRows = (text: string | undefined): Row[] =>
    text === undefined || more !== undefined ? [] : [{ label: "", text, kind: "command" }];
  const { keeps } = undo;
  const gaps = keeps === undefined ? [] : [noUndo(`for ${keeps.of}: ${keeps.text}`), ...commandRows(keeps.command)];
  if (undo.kind === "operation") {
    const back = backText(changes, undo.operation.name, more === undefined);
    return [...gaps, { label: "Undo", text: `${back}, by vulcan-ops undo` }];
  }
  if (gaps.length > 0) return gaps;
  const where = undo.command === undefined || more === undefined ? "" : ` (commands: ${more})`;
  return [{ label: "Undo", text: `not needed: ${undo.reason}${where}` }, ...commandRows(undo.command)];
}

const noUndo = (text: string): Row => ({ label: "NO UNDO", text, tone: "loud", whole: false });

function backText([first]: readonly Change[], request: string, isWhole: boolean): string {
  if (first === undefined) return isWhole ? `one ${request}` : request;
  return `${first.property} back to ${shown(first.before)}${isWhole ? ` (one ${request})` : ""}`;
}
