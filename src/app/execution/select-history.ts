import { usageError } from "../../domain/error.ts";
import type { Environment } from "../../domain/ports.ts";
import { parseDuration, parseInstant } from "../../domain/time.ts";
import { createClock } from "../../target/clock.ts";
import type { PastExecution } from "./record.ts";

/** Which executions of the history are meant; what is absent selects nothing. */
export interface Selection {
  readonly limit?: string | undefined;
  readonly target?: string | undefined;
  readonly since?: string | undefined;
}

/** The selected ones, in their order: newest first. */
export function selectHistory(
  executions: readonly PastExecution[],
  { limit, target, since }: Selection,
  { env }: Pick<Environment, "env">,
): readonly PastExecution[] {
  const from = since === undefined ? undefined : instantOf(since, createClock(env).now());
  const most = limit === undefined ? executions.length : countOf(limit);
  return executions
    .filter(({ execution }) => target === undefined || execution.target.name === target)
    .filter(({ execution }) => from === undefined || execution.at >= from)
    .slice(0, most);
}

function instantOf(text: string, now: number): string {
  const isAge = parseDuration(text) !== undefined;
  const instant = parseInstant(isAge ? `-${text}` : text, now);
  if (instant !== undefined) return instant;
  throw usageError("since-invalid", `--since takes an age or a time with an offset, not ${JSON.stringify(text)}`, [
    "vulcan-ops history --since 7d",
    "vulcan-ops history --since 2026-04-10T00:00:00Z",
  ]);
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usageError("limit-invalid", `--limit takes a whole number, not ${JSON.stringify(text)}`, [
    "vulcan-ops history --limit 20",
  ]);
}
