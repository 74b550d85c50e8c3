import { randomBytes } from "node:crypto";
import type { ProcessMark } from "../../domain/execution-event.ts";
import { processStart } from "../lock-file.ts";
import { thisMachine } from "../machine.ts";

let mark: ProcessMark | undefined;

/** This process, as a shared journal names it. The same each time; a fork is another one. */
export function thisProcess(): ProcessMark {
  const here = thisMachine();
  if (mark !== undefined && mark.pid === process.pid && mark.host === here.host) return mark;
  mark = {
    ...here,
    pid: process.pid,
    processStart: processStart(process.pid),
    writer: randomBytes(8).toString("hex"),
  };
  return mark;
}
