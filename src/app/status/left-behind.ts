import type { Execution } from "../../domain/execution.ts";
import type { Runbook, Step } from "../../domain/runbook.ts";
import { attemptOf } from "../../engine/attempt.ts";
import { notBack } from "../../engine/put-back.ts";
import { readDocument } from "../open-runbook.ts";
import type { OpenTarget } from "../open-target.ts";
import { shippedRunbooks } from "../prepared.ts";

/**
 * What executions changed for the run and have not put back, by the titles of their steps, for as long as the world shows
 * it. What cannot be read is taken to be there still.
 */
export function createLeftBehind({ planner }: OpenTarget): (execution: Execution) => Promise<readonly string[]> {
  const runbooks = new Map<string, Promise<Runbook | undefined>>();
  const runbookOf = ({ started: { runbook } }: Execution) => {
    const found = runbooks.get(runbook.sha256) ?? readRunbook(runbook);
    runbooks.set(runbook.sha256, found);
    return found;
  };
  const isThere = async ({ steps }: Execution, { id, action }: Step): Promise<boolean> => {
    const { confirmed, sent } = steps[id] ?? {};
    if (confirmed === undefined) return false;
    const attempt = attemptOf({ confirmed, ...(sent && { sent }) });
    const probe = planner.registry[action]?.probe?.(confirmed.inputs as never, attempt, planner);
    return (await probe?.catch(() => undefined))?.kind !== "notDone";
  };
  return async (execution) => {
    if (!mayRestore(execution)) return [];
    const runbook = await runbookOf(execution);
    const open = runbook === undefined ? [] : notBack(execution, runbook);
    const there = await Promise.all(open.map((step) => isThere(execution, step)));
    return open.filter((_step, index) => there[index]).map(({ title }) => title);
  };
}

/** Most executions have nothing to restore: their runbooks need not be read. */
function mayRestore({ written, started }: Execution): boolean {
  return written.length > 0 && /^finally:\s*$/m.test(started.runbook.text);
}

async function readRunbook({ text, source, sha256 }: Execution["started"]["runbook"]): Promise<Runbook | undefined> {
  const shipped = shippedRunbooks().get(source);
  if (shipped?.sha256 === sha256) return shipped.runbook;
  return (await readDocument(text, source, "meaning").catch(() => undefined))?.runbook;
}
