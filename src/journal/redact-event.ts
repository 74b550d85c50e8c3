import type { JournalEvent } from "../domain/execution-event.ts";
import { redact } from "../domain/redact.ts";

/**
 * Resume and undo read these members back, so they stay unchanged: the runbook's text and the values of steps. An
 * Operation holds references to secrets, never a secret. The runbook check refuses an input that could hold one.
 */
const EXACT = ["runbook", "inputs", "operation", "undo", "basis", "outputs"] as const;

export const exactMembers = (event: JournalEvent): Partial<JournalEvent> =>
  Object.fromEntries(Object.entries(event).filter(([name]) => EXACT.some((kept) => kept === name)));

export const redactEvent = (event: JournalEvent): JournalEvent =>
  ({ ...redact(event), ...exactMembers(event) }) as JournalEvent;
