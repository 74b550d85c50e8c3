import { isMeant } from "../../domain/aws/named-revision.ts";
import { commandLine } from "../../domain/command-line.ts";
import { NOTHING_SENT, OpsError, usageError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import {
  assertReplaces,
  lookAgain,
  type Unexpected,
  unexpectedIn,
  unexpectedText,
} from "../../domain/expected-current.ts";
import { targetLockedError, unsharedRecordsError } from "../../domain/lock.ts";
import { blocks, firstReplacing, type Plan, type PlannedStep, type SettledTexts } from "../../domain/plan.ts";
import type {
  AnswerTo,
  ConfirmQuestion,
  PrincipalQuestion,
  Question,
  TakeOverQuestion,
  WithoutRecordsQuestion,
} from "../../domain/ports.ts";

/** What the command line answers beforehand. */
export interface FlagAnswers {
  /** Plain confirmations. */
  readonly yes: boolean;
  /** The text of a typed confirmation; several if several steps ask for one. */
  readonly confirm?: string | readonly string[] | undefined;
  /** The value that the operator expects to be replaced. */
  readonly expectCurrent?: string | undefined;
  /** A saved plan says what is replaced: no flag has to. */
  readonly isPlanned?: boolean | undefined;
  /** Its plan is of a fleet whose plans were approved: they answer each confirmation. */
  readonly isApproved?: boolean | undefined;
  /** The execution that has to yield if it holds the target. */
  readonly takeOver?: string | undefined;
  /** The target is a sandbox, and `--yes` is given or no person is there: every question is answered. */
  readonly sandbox: boolean;
}

/** Whether a step will ask a question, as far as its plan says. */
export function isAsked({ confirm }: PlannedStep): boolean {
  return confirm === "prompt" || confirm === "typed";
}

/** The steps of a plan that will ask. */
export function askingSteps(plan: Plan): readonly PlannedStep[] {
  return plan.steps.filter(isAsked);
}

/** The text to type for a confirmation; for a step that sends nothing, its id. */
export function expectedText(step: PlannedStep): string {
  return step.consequence ?? step.id;
}

/** Whether a typed text answers the step's confirmation. */
export const isAnswer = (text: string, step: PlannedStep): boolean =>
  isMeant(text, expectedText(step), step.consequenceName);

/** Whether the plan already names that text; otherwise it is known when the step's turn comes. */
export function isTextKnown({ readiness, consequence }: PlannedStep): boolean {
  return readiness !== "deferred" || consequence !== undefined;
}

/** A question that only a flag can answer: the flag, ready to paste, and why. */
interface Need {
  readonly flag: string;
  readonly why: string;
}

/**
 * Without a terminal: refuses a plan that the flags do not answer before anything is sent. Names every missing flag
 * with its value (exit 6), and a replaced value that differs from the expected one (exit 11). A plan that a check
 * blocks asks nothing: its guard reports first.
 */
export function assertAnswerable(
  { steps, finally: restoring, target }: Plan,
  answers: FlagAnswers,
  lacksReason = false,
  settled: SettledTexts = NONE_SETTLED,
): void {
  const reason = { flag: "--reason TEXT", why: `target ${target.name} requires a reason` };
  const unasked = unaskedTexts([...steps, ...restoring], answers, settled);
  assertAnswered(steps, answers, { unchanged: NOTHING_SENT, unasked }, lacksReason ? [reason] : []);
}

const NONE_SETTLED: SettledTexts = { texts: [], areAll: true };

const EXECUTION_UNCHANGED = "Nothing was sent by this command; the execution stands where it stood.";

/** Answers that only releases before this one asked for, and what to write instead. For one release they still count. */
export function outdatedAnswers(ahead: readonly PlannedStep[], answers: FlagAnswers): readonly string[] {
  const old = ahead.filter(
    (step) => step.promptedBefore === true && step.confirm === "typed" && answers.yes && !isGivenFor(step, answers),
  );
  return old.map((step) => {
    const text = isTextKnown(step) ? commandLine`--confirm ${expectedText(step)}` : "--confirm TEXT";
    return `Step ${step.id} asks for a typed text now: --yes answers it in this release only. Add ${text}.`;
  });
}

const isGivenFor = (step: PlannedStep, answers: FlagAnswers): boolean =>
  isTextKnown(step) ? given(answers).includes(expectedText(step)) : given(answers).length > 0;

/** The same for the remaining steps of an execution that is resumed or undone; no plan has shown them. */
export function assertRestAnswerable(
  ahead: readonly PlannedStep[],
  answers: FlagAnswers,
  settled: SettledTexts = NONE_SETTLED,
): void {
  const warned = warnings(ahead.filter(({ confirm }) => confirm === "typed"));
  const unasked = unaskedTexts(ahead, answers, settled);
  assertAnswered(ahead, answers, { unchanged: EXECUTION_UNCHANGED, warned, unasked });
}

/** The first warning of each step, as a sentence: it says why that text is asked for. */
function warnings(steps: readonly PlannedStep[]): string {
  const first = steps.flatMap(({ findings }) => findings.find(({ level }) => level === "warn") ?? []);
  return first.map(({ text }) => ` WARN ${text}.`).join("");
}

const isBlocked = (ahead: readonly PlannedStep[]): boolean => ahead.some((step) => blocks(step).length > 0);

interface Remarks {
  readonly unchanged: string;
  readonly warned?: string;
  /** Given texts that no step asks for. */
  readonly unasked: readonly string[];
}

function assertAnswered(
  ahead: readonly PlannedStep[],
  answers: FlagAnswers,
  remarks: Remarks,
  others: readonly Need[] = [],
): void {
  if (isBlocked(ahead)) return;
  const needs = answers.sandbox ? [] : [...missing(ahead, answers), ...others];
  if (needs.length > 0) throw unanswered(needs, remarks, unexpectedIn(ahead, answers.expectCurrent));
  const { unasked } = remarks;
  if (unasked.length > 0 && unasked.length === given(answers).length) throw unaskedError(ahead, remarks);
  assertReplaces(ahead, answers.expectCurrent, remarks.unchanged);
}

/**
 * The given texts that no step asks for, nor has asked for. None where a step's text is not known yet, for which it may
 * be meant, and where nothing is asked any more: the same command was run a second time.
 */
export function unaskedTexts(
  ahead: readonly PlannedStep[],
  answers: FlagAnswers,
  { texts, areAll }: SettledTexts,
): readonly string[] {
  const isKnown = areAll && ahead.every((step) => step.confirm !== "typed" || isTextKnown(step));
  if (answers.sandbox || !isKnown || !ahead.some(isAsked)) return [];
  const asking = ahead.filter((step) => isAsked(step) || step.consequence !== undefined);
  const isAskedFor = (text: string) =>
    asking.some((step) => isAnswer(text, step)) || texts.some((asked) => isMeant(text, asked.text, asked.name));
  return given(answers).filter((text) => !isAskedFor(text));
}

function unaskedError(ahead: readonly PlannedStep[], { unasked, unchanged }: Remarks): OpsError {
  const typed = ahead.filter(({ confirm }) => confirm === "typed");
  const { detail } = usageError("confirm-unasked", unaskedText(unasked), [
    ...typed.map((step) => commandLine`The same command with --confirm ${expectedText(step)}`),
    ...(typed.length === 0 ? [commandLine`The same command without --confirm ${unasked}`] : []),
  ]);
  return new OpsError({ ...detail, unchanged });
}

/** Says so of texts that no step asks for. */
export const unaskedText = (texts: readonly string[]): string =>
  commandLine`no step asks for the text of --confirm ${texts}`;

function missing(ahead: readonly PlannedStep[], answers: FlagAnswers): Need[] {
  const first = firstReplacing(ahead);
  return distinct([
    ...ahead.filter(isAsked).flatMap((step) => needOf(step, step.confirm === "typed", answers)),
    ...(first === undefined ? [] : currentNeedOf(first, answers)),
  ]);
}

/** One flag answers all questions that need it. */
function distinct(needs: readonly Need[]): Need[] {
  return needs.filter((need, index) => needs.findIndex(({ flag }) => flag === need.flag) === index);
}

function needOf(step: PlannedStep, isTyped: boolean, answers: FlagAnswers): Need[] {
  if (answers.isApproved === true) return [];
  if (isTyped && step.promptedBefore === true && answers.yes) return [];
  if (!isTyped) return answers.yes ? [] : [{ flag: "--yes", why: `step ${step.id} asks` }];
  // Any given text may be the right one.
  if (!isTextKnown(step)) return given(answers).length > 0 ? [] : [laterNeed(step)];
  if (given(answers).some((text) => isAnswer(text, step))) return [];
  const text = expectedText(step);
  return [{ flag: commandLine`--confirm ${text}`, why: `step ${step.id} asks for the text ${text}` }];
}

function laterNeed(step: PlannedStep): Need {
  return { flag: "--confirm TEXT", why: `step ${step.id} asks for a text that is known when its turn comes` };
}

interface Replacing {
  readonly id: string;
  readonly current?: string | undefined;
}

/** A write that replaces a value: the command line has to name the value that it expects there. */
function currentNeedOf({ id, current }: Replacing, { expectCurrent, isPlanned }: FlagAnswers): Need[] {
  if (current === undefined || expectCurrent !== undefined || isPlanned === true) return [];
  return [{ flag: commandLine`--expect-current ${current}`, why: `step ${id} replaces ${current}` }];
}

function given({ confirm }: FlagAnswers): readonly string[] {
  return confirm === undefined ? [] : typeof confirm === "string" ? [confirm] : confirm;
}

function unanswered(
  needs: readonly Need[],
  { unchanged, warned = "", unasked }: Remarks,
  unexpected?: Unexpected,
): OpsError {
  const remarks = [
    ...(unasked.length === 0 ? [] : [commandLine` --confirm ${unasked} is not the text asked for.`]),
    ...(unexpected === undefined ? [] : [` ${unexpectedText(unexpected)}.`]),
  ].join("");
  const flags = needs.map(({ flag }) => flag).join(" ");
  const { detail } = usageError(
    unasked.length > 0 ? "confirm-differs" : "answer-missing",
    `without a terminal every question has to be answered by a flag.${remarks} Missing: ${needs.map(({ flag, why }) => `${flag} (${why})`).join("; ")}${warned && `.${warned}`}`,
    [`Add to the same command: ${flags}`, ...(unexpected === undefined ? [] : [lookAgain(unexpected.current)])],
  );
  return new OpsError({ ...detail, unchanged });
}

/** The answer that flags give to a confirmation; undefined if they give none. A stale plan needs a person. */
export function confirmByFlags(question: ConfirmQuestion, answers: FlagAnswers): AnswerTo<ConfirmQuestion> | undefined {
  if (answers.sandbox) return { yes: true, how: "sandbox" };
  if (question.stale.length > 0) return undefined;
  return needOf(question.step, question.mode === "typed", answers).length === 0
    ? { yes: true, how: answers.isApproved === true ? "approval" : "flag" }
    : undefined;
}

/** Answers a question without a person; throws if it needs a person or a missing flag. */
export function answerUnattended<Q extends Question>(question: Q, answers: FlagAnswers): AnswerTo<Q> {
  return byKind(question, answers) as AnswerTo<Q>;
}

function byKind(question: Question, answers: FlagAnswers): AnswerTo<Question> {
  if (question.kind === "hold") return { go: true };
  if (question.kind === "takeOver") return takeOverByFlag(question, answers);
  if (question.kind === "withoutRecords") return withoutRecordsByFlag(question, answers);
  if (question.kind === "principal") return principalByFlag(question, answers);
  // Only a person decides that other machines do not see what is sent.
  if (question.kind === "unshared") return { yes: false };
  if (question.kind === "reason") return {};
  if (question.kind === "choice") return { value: question.fallback, how: answers.sandbox ? "sandbox" : "none" };
  const answer = confirmByFlags(question, answers);
  const isExpected = answers.sandbox || currentNeedOf(question.step, answers).length === 0;
  if (answer !== undefined && isExpected) return answer;
  throw question.stale.length > 0 ? stalePlan(question) : unansweredNow(question, answers);
}

/** The id shows that the operator has seen who holds it. An older flag does not fit a new holder. */
function takeOverByFlag(
  { holder, now, isUnrecordedHere }: TakeOverQuestion,
  answers: FlagAnswers,
): AnswerTo<TakeOverQuestion> {
  if (allowsTakeOver(answers, { holder })) return { yes: true };
  throw targetLockedError(holder, now, isUnrecordedHere);
}

export function allowsTakeOver({ takeOver }: FlagAnswers, { holder }: Pick<TakeOverQuestion, "holder">): boolean {
  return takeOver?.toLowerCase() === holder.execution;
}

function withoutRecordsByFlag(
  question: WithoutRecordsQuestion,
  answers: FlagAnswers,
): AnswerTo<WithoutRecordsQuestion> {
  if (allowsWithoutRecords(answers, question)) return { yes: true };
  throw unsharedRecordsError(question.records);
}

export const allowsWithoutRecords = ({ takeOver }: FlagAnswers, { text }: WithoutRecordsQuestion): boolean =>
  takeOver?.toLowerCase() === text;

export const allowsPrincipal = (answers: FlagAnswers, { text }: PrincipalQuestion): boolean =>
  answers.sandbox || given(answers).includes(text);

function principalByFlag(question: PrincipalQuestion, answers: FlagAnswers): AnswerTo<PrincipalQuestion> {
  if (allowsPrincipal(answers, question)) return { yes: true };
  const { execution, before, now, text } = question;
  const why = `execution ${execution} was run by ${before.map(({ arn }) => arn).join(" and ")}; these credentials are of ${now.arn}`;
  throw unanswered([{ flag: commandLine`--confirm ${text}`, why }], { unchanged: EXECUTION_UNCHANGED, unasked: [] });
}

function unansweredNow(question: ConfirmQuestion, answers: FlagAnswers): OpsError {
  const { step } = question;
  const ofText = needOf(step, question.mode === "typed", answers);
  const isOther = (text: string) => question.mode === "typed" && isTextKnown(step) && !isAnswer(text, step);
  const unasked = ofText.length === 0 ? [] : given(answers).filter(isOther);
  return unanswered([...ofText, ...currentNeedOf(step, answers)], { unchanged: unchangedSince(question), unasked });
}

function stalePlan(question: ConfirmQuestion): OpsError {
  return new OpsError({
    code: "plan-stale",
    exitCode: EXIT.guarded,
    fault: "remote",
    message: `the world has changed since the plan was made: ${question.stale.join("; ")}`,
    unchanged: unchangedSince(question),
    next: ["Read the new state, then plan again: the same command with --dry-run"],
  });
}

/** What is certain at a question: nothing was sent for its step. */
export function unchangedSince({ position: [number] }: Pick<ConfirmQuestion, "position">): string {
  return number <= 1 ? NOTHING_SENT : `Nothing changed since step ${number - 1}.`;
}
