import type { InspectionFinding } from "../domain/inspection.ts";
import type { WaivedFinding } from "../domain/lint.ts";
import { sanitise, sanitiseDeep } from "../domain/sanitise.ts";
import type { SqlGrammar } from "../vulcan/sql/grammar.ts";
import type { Judgement } from "./judgement.ts";
import { type Body, lineIn, type Migration, type UnreadPart } from "./migration.ts";
import { idOf, LINT_RULES, type LintRuleId } from "./rules/index.ts";
import type { StatementTrial, Trial } from "./trial.ts";
import { allows, type Waiver, waiversOf } from "./waivers.ts";

/** What was found of one Up or Down, with the places in its file. */
export interface JudgedBody {
  readonly findings: readonly InspectionFinding[];
  readonly waived: readonly WaivedFinding[];
}

export const NOTHING: JudgedBody = { findings: [], waived: [] };

/** A finding of the rule. Its message is made safe here. */
export function byName(
  name: Judgement["rule"],
  message: string,
  place: Partial<InspectionFinding> = {},
): InspectionFinding {
  const id = idOf(name) as LintRuleId;
  const { severity, fix } = LINT_RULES[id];
  return { rule: id, name, severity, message: sanitiseDeep(message), hint: fix, ...place };
}

/** Gives the judgements their places, takes out what is allowed, and adds what is wrong with the waivers. */
export function judgedBody(
  body: Body,
  trial: Trial,
  judgements: readonly Judgement[],
  grammar: SqlGrammar,
): JudgedBody {
  const waivers = waiversOf(grammar, body);
  const used = new Set<Waiver>();
  const findings: InspectionFinding[] = [];
  const waived: WaivedFinding[] = [];
  for (const { rule, message, severity, statement, place } of [...judgements, ...unreadOf(body)] as readonly Placed[]) {
    const waiver = waivers.find((one) => allows(one, rule, trial.statements, statement));
    const found = place ?? placeOf(body, trial.statements[statement ?? -1]);
    const one = byName(rule, message, severity === undefined ? found : { ...found, severity });
    if (waiver === undefined) findings.push(one);
    else {
      used.add(waiver);
      waived.push({ ...one, reason: waiver.reason ?? "" });
    }
  }
  const others = waivers.filter((one) => !used.has(one)).map(aboutWaiver);
  return { findings: [...findings, ...others], waived };
}
/** A judgement that knows its own place. */
interface Placed extends Judgement {
  readonly place?: Partial<InspectionFinding>;
}

const unreadOf = ({ unknown }: Body): readonly Placed[] =>
  unknown.map((one) => ({
    rule: one.message.includes("several statements beside values") ? "values-and-several-statements" : "cannot-read",
    message: one.message,
    place: placeOfUnread(one),
  }));

export const placeOfUnread = ({ path, line }: UnreadPart): Partial<InspectionFinding> => ({
  file: sanitise(path),
  ...(line !== undefined && { line }),
});

function aboutWaiver({ text, at, rule, reason }: Waiver): InspectionFinding {
  const place = { file: sanitise(text.path), line: lineIn(text, at) };
  return reason === undefined
    ? byName("waiver-without-reason", `allow ${rule}: without a reason it does not count`, place)
    : byName("waiver-unused", `allow ${rule}: nothing is found there by that rule`, place);
}

function placeOf({ texts }: Body, trial: StatementTrial | undefined): Partial<InspectionFinding> {
  const text = trial?.text ?? texts[0];
  if (text === undefined) return {};
  const at = trial?.statement?.at ?? trial?.syntaxError?.at ?? 0;
  return { file: sanitise(text.path), line: trial === undefined ? text.line : lineIn(text, at) };
}

export function aboutDown({ down, path, line }: Migration): JudgedBody {
  const place = { file: sanitise(path), line };
  if (down.isMissing)
    return { findings: [byName("down-missing", "there is no way back by migrate down", place)], waived: [] };
  const isEmpty = down.texts.every(({ sql }) => sql.replace(NO_CHANGE, "") === "") && down.unknown.length === 0;
  return isEmpty
    ? { findings: [byName("down-empty", "migrate down would only remove its row", place)], waived: [] }
    : NOTHING;
}

/** Comments, space, and settings of the session. */
const NO_CHANGE = /--.*|\bSET\s+(LOCAL\s+)?\w+\s*(=|\bTO\b)[^;]*|\s|;/gi;
