import type { Report } from "./action.ts";
import type { Operation } from "./operation.ts";
import type { Channel } from "./services.ts";
import { utcTime } from "./time.ts";
import { localClock } from "./zoned-time.ts";

/** The moments of a maintenance that are announced. */
export const MOMENTS = ["advance", "moved", "cancelled", "start", "end", "stopped"] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Occasion {
  readonly service: string;
  /** RFC 3339 */
  readonly opens: string;
  readonly closes: string;
  /** The window that was announced before, of one that is moved. */
  readonly formerOpens?: string | undefined;
  readonly formerCloses?: string | undefined;
  /** IANA zone of those who read it. */
  readonly zone?: string | undefined;
  /** What the execution has done, and where. */
  readonly report?: Report | undefined;
}

const TEXTS: Readonly<Record<Moment, (occasion: Occasion) => string>> = {
  advance: ({ service, opens, closes, zone }) =>
    `Planned maintenance of ${service}: ${spanOf(opens, closes, zone)}. The service runs on 1 task; responses may be slower.`,
  moved: ({ service, opens, closes, formerOpens, formerCloses, zone }) =>
    `Planned maintenance of ${service} has moved: ${spanOf(opens, closes, zone)}${formerOpens === undefined || formerCloses === undefined ? "" : `, instead of ${spanOf(formerOpens, formerCloses, zone)}`}. The service runs on 1 task then; responses may be slower.`,
  cancelled: ({ service, opens, closes, zone }) =>
    `Planned maintenance of ${service} is cancelled: ${spanOf(opens, closes, zone)}. The service stays at its usual size.`,
  start: ({ service, closes, zone }) =>
    `Maintenance of ${service} has begun and ends by ${minuteOf(closes)} UTC${beside([closes], zone)}. The service runs on 1 task; responses may be slower.`,
  end: ({ service, report }) =>
    `Maintenance of ${service} has ended.${outcomeText(report)} The service runs at its usual size.${placeText(report)}`,
  stopped: ({ service, report }) =>
    `Maintenance of ${service} was stopped early. The operators are investigating.${placeText(report)}`,
};

const spanOf = (from: string, to: string, zone: string | undefined): string =>
  `${minuteOf(from)} to ${minuteOf(to)} UTC${beside([from, to], zone)}`;

const outcomeText = (report: Report | undefined): string =>
  report?.outcome === undefined ? "" : ` ${report.outcome}.`;

const placeText = (report: Report | undefined): string => (report === undefined ? "" : ` ${report.identity}`);

/** One line, for the users of the service. */
export const announcement = (moment: Moment, occasion: Occasion): string => TEXTS[moment](occasion);

/** ` (05:41 to 06:10 CEST)`: on the clocks of their zone; its days count from the first moment. */
function beside(instants: readonly string[], zone: string | undefined): string {
  const local = zone === undefined ? undefined : localClock(instants, Date.parse(instants[0] ?? ""), { zone });
  return local === undefined ? "" : ` (${local})`;
}

/** `2026-04-10 03:41` */
const minuteOf = (instant: string): string => utcTime(instant).slice(0, 16);

/** Whether a text reached people; null where the service may have taken it, and did not say so. */
export type Delivery =
  | { readonly told: true }
  /** `why` is a part of a sentence, without an address. */
  | { readonly told: false | null; readonly why: string };

/** The request that sends a text to people. */
export function messageRequest({ by, topic }: Channel, text: string): Operation {
  return topic === undefined
    ? { service: "notify", name: "Announce", input: { by, text } }
    : { service: "sns", name: "Publish", input: { TopicArn: topic, Message: text } };
}
