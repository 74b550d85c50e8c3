import type { Operation } from "./operation.ts";
import type { Channel } from "./services.ts";
import { utcTime } from "./time.ts";

/** The moments of a maintenance that are announced. */
export const MOMENTS = ["advance", "start", "end", "stopped"] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Occasion {
  readonly service: string;
  /** RFC 3339 */
  readonly opens: string;
  readonly closes: string;
}

const TEXTS: Readonly<Record<Moment, (occasion: Occasion) => string>> = {
  advance: ({ service, opens, closes }) =>
    `Planned maintenance of ${service}: ${minuteOf(opens)} to ${minuteOf(closes)} UTC. The service runs on 1 task; responses may be slower.`,
  start: ({ service, closes }) =>
    `Maintenance of ${service} has begun and ends by ${minuteOf(closes)} UTC. The service runs on 1 task; responses may be slower.`,
  end: ({ service }) => `Maintenance of ${service} has ended. The service runs at its usual size.`,
  stopped: ({ service }) => `Maintenance of ${service} was stopped early. The operators are investigating.`,
};

/** One line, for the users of the service. */
export const announcement = (moment: Moment, occasion: Occasion): string => TEXTS[moment](occasion);

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
