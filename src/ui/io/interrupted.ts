import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";

/** Ctrl-C at a question. */
export function interrupted(unchanged: string): OpsError {
  return new OpsError({
    code: "interrupted",
    exitCode: EXIT.interrupted,
    fault: "operator",
    message: "interrupted at a question",
    unchanged,
  });
}
