import { isUnreadableLock, lockOperator, NOT_RECORDED, noRecordText } from "../../domain/lock.ts";
import type { AnswerTo, TakeOverQuestion } from "../../domain/ports.ts";
import { ago } from "../../domain/time.ts";
import { type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import type { Terminal } from "./prompt.ts";
import { isTyped } from "./typed-text.ts";

/** Shows who holds the target, and asks until its id is typed or the answer is no; the end of input is a no. */
export async function takeOverAtTerminal(
  terminal: Terminal,
  question: TakeOverQuestion,
): Promise<AnswerTo<TakeOverQuestion>> {
  const { output, display } = terminal;
  const id = question.holder.execution;
  output.write(`\n${renderHolder(question, display)}`);
  return { yes: await isTyped(terminal, id, { to: "take over", otherwise: "That is not the id; nothing is taken." }) };
}

const YIELDS: Readonly<Record<TakeOverQuestion["scope"], string>> = {
  machine: "its process runs on this machine; Ctrl-C there ends it better than this does",
  shared: "talk to them first if you can",
};

const HOLDS = {
  other: "another execution has this target",
  same: "another process carries out this execution, or did",
} as const;

export function renderHolder(question: TakeOverQuestion, display: DisplayOptions): string {
  return `${holderRows(question)
    .flatMap((row) => rowLines(row, display, 0))
    .join("\n")}\n`;
}

function runsText(holder: TakeOverQuestion["holder"]): string {
  if (isUnreadableLock(holder)) return "not known: the record of its lock cannot be read";
  const { command, execution } = holder;
  return command === NOT_RECORDED ? `execution ${execution}` : `${command}, execution ${execution}`;
}

function holderRows(question: TakeOverQuestion): readonly Row[] {
  const { holder, scope, now, lastRecord, isSame = false } = question;
  const since = Number.isNaN(Date.parse(holder.since)) ? holder.since : `${holder.since}, ${ago(holder.since, now)}`;
  return [
    { label: "LOCKED", text: HOLDS[isSame ? "same" : "other"], tone: "warn", whole: true },
    { label: " Holder", text: `${lockOperator(holder)}; ${YIELDS[scope]}` },
    ...(holder.since === NOT_RECORDED ? [] : [{ label: " Since", text: since }]),
    { label: " Runs", text: runsText(holder) },
    ...(lastRecord === undefined
      ? []
      : [{ label: " Journal", text: `its last record was written ${ago(lastRecord, now)}` }]),
    ...(holder.isUnshared === true
      ? [{ label: " Unshared", text: `its last records are on ${holder.host} only` }]
      : []),
    ...(question.isUnrecordedHere === true ? [{ label: " Journal", text: noRecordText(holder) }] : []),
    { label: " If taken", text: "the other run stops before its next change; changes already sent continue" },
  ];
}
