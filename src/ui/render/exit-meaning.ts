import type { ExitCode } from "../../domain/exit-codes.ts";

const MEANING: Readonly<Record<ExitCode, string>> = {
  0: "done, or nothing to do",
  1: "failed",
  2: "the plan has changes, or what it relies on has drifted",
  3: "declined before anything was sent",
  4: "credentials missing, expired or refused",
  5: "locked by another execution",
  6: "usage, configuration or runbook invalid",
  7: "outcome unknown: resume to find out",
  8: "watch verdict WORSE, or clients LOST",
  9: "failed, undone and verified",
  10: "watch INCONCLUSIVE, or clients not seen",
  11: "stopped by a check before this step's request",
  12: "lint or migrate prove could not read or run all of a migration",
  130: "interrupted",
  143: "terminated",
};

/** The meaning of an exit code, in words. */
export function exitMeaning(code: number): string {
  return (MEANING as Readonly<Record<number, string>>)[code] ?? "not a code of this program";
}
