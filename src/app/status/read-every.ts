import { OpsError } from "../../domain/error.ts";
import { EXIT, type ExitCode } from "../../domain/exit-codes.ts";
import type { Environment } from "../../domain/ports.ts";
import { type TargetRow, targetRow, worstExit } from "../../domain/status/target-row.ts";
import { targetNames } from "../../target/resolve.ts";
import { type Access, openTarget } from "../open-target.ts";
import { readStatus } from "./read.ts";

export { targetNames };

/** Every target of the configuration, read at once. One that cannot be read is a row, and hides no other. */
export async function readEveryStatus(
  options: Access,
  environment: Environment,
): Promise<{ readonly rows: readonly TargetRow[]; readonly exitCode: ExitCode }> {
  const names = await targetNames(environment);
  const rows = await Promise.all(names.map((name) => rowOf(name, options, environment)));
  return { rows, exitCode: worstExit(rows) };
}

async function rowOf(target: string, options: Access, environment: Environment): Promise<TargetRow> {
  try {
    return targetRow(target, await readStatus(await openTarget({ ...options, target }, environment)));
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    const { code, exitCode, message } = error.detail;
    return { name: target, production: false, tone: "unknown", text: message, code, exitCode: exitCode || EXIT.failed };
  }
}
