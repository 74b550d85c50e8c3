import { found, type Judgement, type Seen } from "./judgement.ts";
import type { ServerError, StatementTrial } from "./trial.ts";

/** The circumstances that decide what an error of the server means. */
export interface Circumstances {
  /** The server is older than the grammar that read the statements. */
  readonly isOlder: boolean;
  /** The schema before the first migration was given, or is known to be empty. */
  readonly isSchemaKnown: boolean;
}

/** What the server's refusal says of the migration. */
export function judgeError(seen: Seen, circumstances: Circumstances): readonly Judgement[] {
  const { trial } = seen;
  if (trial.skipped?.startsWith("its values") === true) return [found("not-run", trial.skipped)];
  if (trial.syntaxError !== undefined && trial.error === undefined)
    return [found("not-postgresql", trial.syntaxError.message)];
  if (trial.error === undefined) return [];
  return [byCode(trial, trial.error, seen, circumstances)].flat();
}

function byCode(
  trial: StatementTrial,
  { code, message }: ServerError,
  seen: Seen,
  { isOlder, isSchemaKnown }: Circumstances,
): Judgement | readonly Judgement[] {
  if (code === "42601") {
    const isRead = trial.syntaxError === undefined;
    return isRead && isOlder ? found("newer-than-server", message) : found("not-postgresql", message);
  }
  const rule = CODES[code];
  if (rule !== undefined) return found(rule, message);
  if (MISSING.has(code) && !isSchemaKnown) return found("not-run", message);
  if (code.startsWith("23")) return onRows(message, seen);
  // Ended by lint's own limit, or with the connection.
  if (code === "57014" || code === "57P01" || code === "")
    return found("not-run", `no end within the limit: ${message}`);
  return found("migration-fails", message);
}

const CODES: Readonly<Record<string, Judgement["rule"] | undefined>> = {
  "25001": "concurrently-in-transaction",
  "2D000": "transaction-control",
  "55P04": "enum-value-used-at-once",
  "42501": "needs-more-rights",
  "0A000": undefined,
};

/** A table, schema, type or function that there is not. */
const MISSING = new Set(["42P01", "3F000", "42704", "42883", "58P01"]);

/** The rows are lint's own. Where the statement was to check rows, its own rule says so. */
function onRows(message: string, { intents }: Seen): Judgement | readonly Judgement[] {
  const checks = intents.some(({ kind }) => /^(set-not-null|add-|create-index|validate)/.test(kind));
  return checks ? [] : found("not-run", `it does not fit the rows that lint made: ${message}`);
}

/** What the server says at COMMIT, or when the runner writes its row. */
export function judgeEnd({ code, message }: ServerError): Judgement {
  if (code === "42P01" || code === "23505") return found("touches-migrations-table", message);
  return code.startsWith("23") ? found("not-run", message) : found("migration-fails", message);
}
