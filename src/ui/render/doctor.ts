import { countLevels, type DoctorFinding, type Level } from "../../domain/diagnosis.ts";
import { isNarrow, nextLines, paragraph, rowLines } from "../text/layout.ts";
import { type DisplayOptions, mark, paint, type Tone } from "../text/style.ts";
import { pad } from "../text/wrap.ts";

const LEVEL: Readonly<Record<Level, { readonly glyph: string; readonly word: string; readonly tone: Tone }>> = {
  ok: { glyph: "✓", word: "OK", tone: "good" },
  warn: { glyph: "!", word: "WARN", tone: "warn" },
  fail: { glyph: "✗", word: "FAIL", tone: "bad" },
  untried: { glyph: "?", word: "OPEN", tone: "quiet" },
};

const LEVEL_CELLS = 7;
const TITLE_CELLS = 15;

/**
 * A table: level, check, evidence, and below a problem its fix. On a narrow screen, the check precedes its evidence.
 */
export function renderDoctor(heading: string, findings: readonly DoctorFinding[], display: DisplayOptions): string {
  const lines = findings.flatMap((finding, index) => {
    const isFirst = findings[index - 1]?.check !== finding.check;
    return findingLines(finding, isFirst, display);
  });
  return [paint(heading, "strong", display), ...lines, "", ...summaryLines(findings, display)].join("\n");
}

function findingLines(
  { level, title, evidence, fixes = [] }: DoctorFinding,
  isFirst: boolean,
  display: DisplayOptions,
): string[] {
  const { glyph, word, tone } = LEVEL[level];
  const state = pad(mark(glyph, word, display), LEVEL_CELLS);
  const whole = level === "fail";
  const row = isNarrow(display)
    ? { label: state, text: `${title}: ${evidence}`, tone, whole }
    : { label: `${state}${pad(isFirst ? title : "", TITLE_CELLS)}`, text: evidence, tone, whole };
  return [...rowLines(row, display, 1), ...nextLines(fixes, display, isNarrow(display) ? 1 : LEVEL_CELLS + 1, "Fix")];
}

function summaryLines(findings: readonly DoctorFinding[], display: DisplayOptions): string[] {
  const { ok, warn, fail, untried } = countLevels(findings);
  const counts = `${ok} ok, ${warn} to mind, ${fail} failing, ${untried} not tried`;
  const [text, tone]: readonly [string, Tone] =
    fail > 0 ? [`${counts}: what fails would stop you.`, "bad"] : [`${counts}: nothing here would stop you.`, "good"];
  return paragraph(text, display, 0, tone);
}
