import { isExecutionId } from "../domain/execution.ts";
import { objectIn, textOr } from "../domain/json.ts";
import { type LockHolder, NOT_RECORDED, UNREADABLE_LOCK } from "../domain/lock.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import type { MachineIds } from "./machine.ts";

/** Who holds the lock of this machine, and the process that took it. */
export interface Holder extends LockHolder, MachineIds {
  readonly pid: number;
  /** Distinguishes a process from a later one with the same pid; empty if the system does not provide it. */
  readonly processStart: string;
  readonly released?: boolean;
}

/** A file that is damaged, or that something else has written, holds the lock, by an id that shows it. */
export function parseLock(text: string): Holder {
  const { execution, command, operator, host, machine, boot, pidSpace, since, pid, processStart, released } =
    sanitiseDeep(objectIn(text));
  if (!isExecutionId(execution) || typeof pid !== "number") return UNREADABLE;
  return {
    execution,
    command: textOr(command, NOT_RECORDED),
    operator: textOr(operator, NOT_RECORDED),
    host: textOr(host, NOT_RECORDED),
    ...(typeof machine === "string" && { machine }),
    ...(typeof boot === "string" && { boot }),
    ...(typeof pidSpace === "string" && { pidSpace }),
    since: textOr(since, NOT_RECORDED),
    pid,
    processStart: textOr(processStart, ""),
    ...(released === true && { released }),
  };
}

export const UNREADABLE: Holder = {
  execution: UNREADABLE_LOCK,
  command: NOT_RECORDED,
  operator: NOT_RECORDED,
  host: NOT_RECORDED,
  since: NOT_RECORDED,
  pid: 0,
  processStart: "",
};
