import { commandLine } from "../domain/command-line.ts";
import { RECORDS_ELSEWHERE } from "../domain/execution.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { unsharedText } from "../domain/lock.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { type ExecutionOutcome, withSentence } from "./outcome.ts";
import { actionOf, isLeftOut, riskOf } from "./plan.ts";
import type { Run } from "./run.ts";

/** An undo takes back what is on record here. Another machine may have records of more. */
export function unlessIncomplete<World>(run: Run<World>, ending: ExecutionOutcome): ExecutionOutcome {
  const { execution, engine } = run;
  const [records] = engine.lock?.continuedWithout() ?? [];
  const isIncomplete = records !== undefined || execution.isIncomplete === true;
  if (!isIncomplete || ending.exitCode !== EXIT.done || !mayHaveWrittenMore(run)) return ending;
  const where = records === undefined ? "its last records are on another machine" : unsharedText(records);
  const text = `${ending.text}; what else it changed is not known: ${where}`;
  const line = commandLine`vulcan-ops show ${execution.id}`;
  const there = records === undefined ? [] : [`on ${records.host}, for what it changed: ${line}`];
  const next = [...there, "vulcan-ops status"];
  return withSentence({ status: "unknown", exitCode: EXIT.unknown, reason: RECORDS_ELSEWHERE, text, next }, "");
}

/** A step that changes something has no record here. */
const mayHaveWrittenMore = <World>({ execution, runbook, engine }: Run<World>): boolean =>
  runbook.steps.some(
    (step) =>
      riskOf(step, actionOf(engine, step)) !== "read" &&
      !isLeftOut(step, execution.started.inputs) &&
      (execution.steps[step.id] ?? NO_RECORD).state === "pending",
  );
