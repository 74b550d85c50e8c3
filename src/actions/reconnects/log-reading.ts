import type { LinesRead } from "../../domain/aws/reads.ts";
import type { Probe } from "../../domain/reconnects/probe.ts";
import type { Reading } from "../../domain/reconnects/reading.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { applicationLogs } from "./log-place.ts";
import type { ReadingMoment } from "./reading-moment.ts";

/**
 * How many lines match, or when the newest was written. Counts are of equally long times: as long as the probe has,
 * before the change and after the last old task.
 */
export async function logReading(
  { expect, within }: Probe,
  pattern: string,
  moment: ReadingMoment,
  context: Pick<ActionReadContext, "services" | "target">,
): Promise<Reading> {
  const place = await applicationLogs(context);
  if (place === undefined) return { kind: "none", why: "where the application logs is not known" };
  const read = (from: number, to: number) =>
    context.services.aws.around.logLines(place.group, { streamPrefix: place.prefix, from, to, pattern }, place.region);
  const length = within * 1000;
  const isTime = expect.kind === "newer-than-change";
  if (moment.kind === "before") {
    const lines = await read(moment.at - length, moment.at);
    return isTime ? newest(lines) : count(lines, moment.at - length);
  }
  const { gone, at } = moment;
  // Also lines from before the end of the old tasks: where nothing came after them, that is what the newest tells.
  if (isTime) return newest(await read(gone - length, at + 1));
  return count(await read(gone, Math.min(at, gone + length)), gone);
}

/** More lines than were read only make the number larger, so that it is no number to compare with. */
function count({ lines, unreadAfter }: LinesRead, from: number): Reading {
  if (unreadAfter !== undefined) return { kind: "none", why: "too many lines match to count them" };
  return { kind: "number", value: lines.length, from };
}

function newest({ lines }: LinesRead): Reading {
  const at = Date.parse(lines.at(-1)?.at ?? "");
  return Number.isNaN(at) ? { kind: "none", why: "no line matches" } : { kind: "time", at };
}
