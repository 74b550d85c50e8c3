import { usageError } from "../../domain/error.ts";
import { MOST_REASON, ownWords } from "../../domain/execution-note.ts";

/** `--reason` as it is kept. Usage error (exit 6) where it is empty or too long. */
export function reasonOf(typed: string | undefined): string | undefined {
  if (typed === undefined) return undefined;
  const reason = ownWords(typed, MOST_REASON);
  if (reason !== undefined) return reason;
  throw usageError("reason-invalid", `--reason takes 1 to ${MOST_REASON} characters`, [
    "vulcan-ops … --reason INC-123",
  ]);
}
