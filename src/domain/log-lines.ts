import type { StreamLine } from "./aws/reads.ts";

/** A line of one task, as it is shown and printed as JSON. */
export interface TaskLine {
  readonly at: string;
  readonly task: string;
  readonly text: string;
}

/** The id of the task: its stream is named `prefix/container/task`. */
export const taskOf = ({ stream }: Pick<StreamLine, "stream">): string => stream.split("/").at(-1) ?? stream;

export const toTaskLine = (line: StreamLine): TaskLine => ({
  at: line.at,
  task: taskOf(line),
  text: line.text.trimEnd(),
});

/** Lines that were not seen before. CloudWatch may show a line late: a follower asks again for the time before. */
export function unseen(lines: readonly StreamLine[], seen: Set<string>): StreamLine[] {
  return lines.filter(({ id }) => {
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/** How many lines a stream has, and from when to when; none of their text. */
export interface StreamCount {
  readonly stream: string;
  readonly task: string;
  readonly lines: number;
  readonly first: string;
  readonly last: string;
}

/** The streams in the order of their first lines; `lines` are oldest first. */
export function countStreams(lines: readonly StreamLine[]): readonly StreamCount[] {
  const counts = new Map<string, StreamCount>();
  for (const { stream, at } of lines) {
    const { lines: before = 0, first = at } = counts.get(stream) ?? {};
    counts.set(stream, { stream, task: taskOf({ stream }), lines: before + 1, first, last: at });
  }
  return [...counts.values()];
}
