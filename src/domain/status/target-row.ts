import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Tone } from "./case.ts";
import { situationOf } from "./situation.ts";
import { type TargetStatus, whyNothingIsKnown } from "./target-status.ts";

/** One target among all of a configuration. */
export interface TargetRow {
  readonly name: string;
  readonly production: boolean;
  readonly tone: Tone;
  /** The first sentence of its status, or why there is none. */
  readonly text: string;
  /** Stable: that of the situation, or of the error. */
  readonly code: string;
  readonly exitCode: ExitCode;
}

export function targetRow(name: string, status: TargetStatus): TargetRow {
  const { production } = status.target;
  const blind = whyNothingIsKnown(status);
  if (blind !== undefined) {
    const { why, code = "unread", exitCode = EXIT.failed } = blind;
    return { name, production, tone: "unknown", text: why, code, exitCode: exitCode as ExitCode };
  }
  const { tone, sentences, code } = situationOf(status);
  return { name, production, tone, text: sentences[0]?.text ?? "", code, exitCode: EXIT.done };
}

/** What could not be read is worse than what failed to be opened; both are worse than nothing. */
const WORST: readonly ExitCode[] = [EXIT.credentials, EXIT.guarded, EXIT.usage, EXIT.failed];

/** The exit code of all: of a target that could not be read, the worst; what a target suffers from is no failure. */
export function worstExit(rows: readonly Pick<TargetRow, "exitCode">[]): ExitCode {
  const codes = rows.map(({ exitCode }) => exitCode);
  return WORST.find((code) => codes.includes(code)) ?? codes.find((code) => code !== EXIT.done) ?? EXIT.done;
}
