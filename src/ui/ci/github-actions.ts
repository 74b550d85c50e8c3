import {
  filePosition,
  findingSentence,
  type Inspection,
  type InspectionFinding,
  inspectionFindings,
  worstSeverity,
} from "../../domain/inspection.ts";
import { resultOf } from "../render/inspection-result.ts";

/**
 * GitHub Actions executes log lines that begin with `::` (blanks do not count), and `##[…]` anywhere. This escapes
 * both, and a JSON parser still reads the same value.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*):(?=:)/gm, "$1\\u003a").replaceAll("##[", "\\u0023#[");
}

/** GitHub shows ten of each kind per step. */
const MOST = 10;

const LEVELS = { error: "error", warning: "warning", note: "notice" } as const;

/** The findings as annotations of the files they are about, the most severe first. */
export function annotationsOf(all: readonly InspectionFinding[], workspace: string): readonly string[] {
  return (["error", "warning", "note"] as const).flatMap((severity) =>
    all
      .filter((remark) => remark.severity === severity)
      .slice(0, MOST)
      .map((remark) => annotation(remark, workspace)),
  );
}

function annotation(remark: InspectionFinding, workspace: string): string {
  const { file, line, column, rule, severity } = remark;
  const path = workspace !== "" && file?.startsWith(`${workspace}/`) ? file.slice(workspace.length + 1) : file;
  const properties = Object.entries({ file: path, line, col: column, title: rule })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${LEVELS[severity]} ${properties.join(",")}::${data(findingSentence(remark))}\n`;
}

const data = (text: string): string =>
  withoutCommands(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** GitHub accepts 1 MiB per step. */
const MOST_BYTES = 900 * 1024;

/** The inspection as Markdown, for the summary of a step. */
export function summaryOf(inspection: Inspection, exitCode: number): string {
  const rows = inspection.runbooks.map((runbook) => {
    const cells = [runbook.id, runbook.steps, runbook.writes ?? "–", runbook.undoable ?? "–", resultOf(runbook.cases)];
    return `| ${cells.map((cell) => markdown(String(cell))).join(" | ")} |`;
  });
  const target =
    inspection.target === undefined
      ? []
      : [`| ${markdown(`target ${inspection.target.name}`)} | – | – | – | ${resultOf(inspection.target.cases)} |`];
  const remarks = inspectionFindings(inspection).map(
    (remark) =>
      `- **${remark.severity}** ${remark.rule} ${markdown(filePosition(remark))} ${markdown(findingSentence(remark))}`,
  );
  const worst = worstSeverity(inspectionFindings(inspection));
  const lines = [
    `### vulcan-ops plan: ${worst === undefined || worst === "note" ? "pass" : worst} (${inspection.depths.join(", ")})`,
    "",
    "| runbook | steps | writes | undo | result |",
    "|---|---|---|---|---|",
    ...rows,
    ...target,
    "",
    ...remarks,
    "",
    `exit ${exitCode}`,
    "",
  ];
  return within(lines);
}

/** Whole lines, as many as fit. */
function within(lines: readonly string[]): string {
  let size = 0;
  const kept = lines.filter((line) => {
    size += Buffer.byteLength(line) + 1;
    return size < MOST_BYTES;
  });
  const rest = lines.length - kept.length;
  return `${[...kept, ...(rest === 0 ? [] : [`… and ${rest} more lines; --junit and --output json have them all`])].join("\n")}\n`;
}

/** Escapes text: it makes no link, no tag, no code, no mention and no new cell. */
function markdown(text: string): string {
  return text
    .replace(/[\\`*_[\]|#~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("@", "&#64;")
    .replaceAll("://", "&#58;//")
    .replaceAll("\n", " ");
}
