import { usageError } from "../../domain/error.ts";
import { MOST_REASON, ownWords } from "../../domain/execution-note.ts";

/** `--emergency` as it is kept. Usage error (exit 6) where it is empty or too long. */
export function emergencyOf(typed: string | undefined): string | undefined {
  if (typed === undefined) return undefined;
  const words = ownWords(typed, MOST_REASON);
  if (words !== undefined) return words;
  throw usageError("emergency-invalid", `--emergency takes 1 to ${MOST_REASON} characters`, [
    'vulcan-ops … --emergency "INC-123: the service is down"',
  ]);
}
