import type { JournalEvent, StepConfirmed } from "../../domain/execution-event.ts";

/** A request that took effect more often than steps were confirmed that send it. */
export interface Unaccounted {
  readonly name: string;
  readonly count: number;
  readonly causes: number;
}

/** A session in a container is opened again to follow what runs there: its count says nothing. */
const SESSION = "ExecuteCommand";

/**
 * Compares the requests that took effect with their causes in the journal, and not with another run: how many tasks
 * there are to stop depends on how fast the machine is. A step is one cause, however often it was confirmed. A request
 * that no step names is a part of another one, such as a tag, and is not judged.
 */
export function withoutCause(sent: readonly string[], events: readonly JournalEvent[]): readonly Unaccounted[] {
  const confirmed = events.filter((event): event is StepConfirmed => event.type === "step.confirmed");
  const bySteps = new Map(confirmed.map((event) => [`${event.phase} ${event.step}`, event.operation]));
  const causes = new Map<string, number>();
  for (const { name, input } of bySteps.values()) {
    // One Operation stops each of its tasks by a request of its own.
    const [request, count] = name === "StopTasks" ? ["StopTask", lengthOf(input.tasks)] : [name, 1];
    causes.set(request, (causes.get(request) ?? 0) + count);
  }
  return [...causes].flatMap(([name, allowed]) => {
    const count = sent.filter((one) => one === name).length;
    return name !== SESSION && count > allowed ? [{ name, count, causes: allowed }] : [];
  });
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
