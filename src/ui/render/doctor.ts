import { countLevels, type DoctorFinding, type Level } from "../../domain/diagnosis.ts";
import { counted } from "../../domain/finding.ts";
import { isNarrow, nextLines, paragraph, rowLines } from "../text/layout.ts";
import { type DisplayOptions, mark, type Tone } from "../text/style.ts";
import { pad } from "../text/wrap.ts";
import { type Identity, identityLines } from "./identity.ts";

const LEVEL: Readonly<Record<Level, { readonly glyph: string; readonly word: string; readonly tone: Tone }>> = {
  ok: { glyph: "✓", word: "OK", tone: "good" },
  warn: { glyph: "!", word: "WARN", tone: "warn" },
  fail: { glyph: "✗", word: "FAIL", tone: "bad" },
  untried: { glyph: "?", word: "SKIP", tone: "quiet" },
};

const LEVEL_CELLS = 7;
const TITLE_CELLS = 15;

export interface DoctorView {
  /** What an IAM policy has to say. */
  readonly withPolicy?: boolean;
}

/**
 * Where, whether a rollback can run, and then what needs attention: level, check, evidence, and below it its fix. On a
 * narrow screen, the check precedes its evidence. Checks that passed are one row, by name.
 */
export function renderDoctor(
  identity: Identity,
  findings: readonly DoctorFinding[],
  display: DisplayOptions,
  { withPolicy = false }: DoctorView = {},
): string {
  const isVerbose = display.verbose === true;
  const shown = isVerbose ? findings : ATTENTION.flatMap((level) => findings.filter((one) => one.level === level));
  const lines = shown.flatMap((finding, index) =>
    findingLines(finding, shown[index - 1]?.check !== finding.check, isVerbose || withPolicy, display),
  );
  return [
    ...identityLines(identity, display),
    "",
    ...summaryLines(findings, display),
    "",
    ...lines,
    ...(isVerbose ? [] : passedLines(findings, display)),
  ].join("\n");
}

/** The worst first. */
const ATTENTION: readonly Level[] = ["fail", "warn", "untried"];

function findingLines(
  { level, title, evidence, fixes = [], policy = [] }: DoctorFinding,
  isFirst: boolean,
  withPolicy: boolean,
  display: DisplayOptions,
): string[] {
  const { glyph, word, tone } = LEVEL[level];
  const state = pad(mark(glyph, word, display), LEVEL_CELLS);
  const whole = level === "fail";
  const row = isNarrow(display)
    ? { label: state, text: `${title}: ${evidence}`, tone, whole }
    : { label: `${state}${pad(isFirst ? title : "", TITLE_CELLS)}`, text: evidence, tone, whole };
  const indent = isNarrow(display) ? 1 : LEVEL_CELLS + 1;
  return [
    ...rowLines(row, display, 1),
    ...nextLines(fixes, display, indent, "Fix"),
    ...(withPolicy ? nextLines(policy, display, indent, "IAM") : []),
  ];
}

/** `✓ Ready: a rollback can run. 10 passed, 4 warnings, 0 failed, 1 skipped.` */
function summaryLines(findings: readonly DoctorFinding[], display: DisplayOptions): string[] {
  const { ok, warn, fail, untried } = countLevels(findings);
  const counts = `${ok} passed, ${counted(warn, "warning")}, ${fail} failed, ${untried} skipped`;
  const [text, tone, glyph]: readonly [string, Tone, string] =
    fail > 0 ? ["not ready: fix the failed checks first", "bad", "✗"] : ["ready: a rollback can run", "good", "✓"];
  return [...paragraph(`${glyph} ${text}`, display, 0, tone), ...paragraph(counts, display, 2)];
}

function passedLines(findings: readonly DoctorFinding[], display: DisplayOptions): string[] {
  const others = new Set(findings.filter(({ level }) => level !== "ok").map(({ check }) => check));
  const names = [...new Set(findings.filter(({ check }) => !others.has(check)).map(({ title }) => title))];
  if (names.length === 0) return [];
  const { glyph, word, tone } = LEVEL.ok;
  const label = pad(mark(glyph, word, display), LEVEL_CELLS);
  return rowLines({ label, text: `${names.join(", ")} (all: --verbose)`, tone }, display, 1);
}
