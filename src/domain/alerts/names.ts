import { groupName } from "../aws/targets.ts";
import type { Target } from "../target.ts";

/** The tag on each alert that this product makes; its value names the service: `CLUSTER/SERVICE`. */
export const ALERT_TAG = "vulcan-ops:alert";

type Named = Pick<Target, "cluster" | "service">;

export const alertTagOf = ({ cluster, service }: Named): string => `${cluster}/${service}`;

/** Made by this product, for this service. Nothing else may be changed. */
export const isOwnAlert = (tags: Readonly<Record<string, string>>, place: Named): boolean =>
  tags[ALERT_TAG] === alertTagOf(place);

const PREFIX = "vulcan-ops-";
const FAILED = "-deployment-failed";

/** EventBridge: at most 64 characters. [D: PutRule] */
const MOST_OF_RULE = 64;

/** CloudWatch: at most 255 characters; a target group's name has at most 32. */
const MOST_OF_PLACE = 190;

/** No name of ECS has a dot, so that `a.b-c` and `a-b.c` stay apart. */
const placeOf = ({ cluster, service }: Named, most: number): string => fitted(`${cluster}.${service}`, most);

export const ruleNameOf = (place: Named): string =>
  `${PREFIX}${placeOf(place, MOST_OF_RULE - PREFIX.length - FAILED.length)}${FAILED}`;

export const hostsAlarmName = (place: Named, targetGroup: string): string =>
  `${PREFIX}${placeOf(place, MOST_OF_PLACE)}-healthy-hosts-${groupName(targetGroup)}`;

export const connectionsAlarmName = (place: Named): string => `${PREFIX}${placeOf(place, MOST_OF_PLACE)}-connections`;

/** EventBridge Scheduler: at most 64 characters. [D: CreateSchedule] */
const MOST_OF_SCHEDULE = 64;

/** The schedule of the notice that no end was reported; of a window by its end, RFC 3339 in UTC. */
export function endNoticeName(place: Named, closes: string): string {
  const end = `-end-${closes.slice(0, 16).replace(/\D/g, "")}`;
  return `${PREFIX}${placeOf(place, MOST_OF_SCHEDULE - PREFIX.length - end.length)}${end}`;
}

/** Names as they were before they had the cluster. What has one and our tag is still ours. */
export const FORMER = {
  rule: ({ service }: Named): string =>
    `${PREFIX}${service.slice(0, MOST_OF_RULE - PREFIX.length - FAILED.length)}${FAILED}`,
  hosts: ({ service }: Named, targetGroup: string): string =>
    `${PREFIX}${service.slice(0, MOST_OF_PLACE)}-healthy-hosts-${groupName(targetGroup)}`,
  connections: ({ service }: Named): string => `${PREFIX}${service.slice(0, MOST_OF_PLACE)}-connections`,
} as const;

/** A text that is too long is cut, and ends with a checksum of the whole. */
function fitted(text: string, most: number): string {
  if (text.length <= most) return text;
  const sum = checksum(text).toString(16).padStart(8, "0");
  return `${text.slice(0, most - sum.length - 1)}-${sum}`;
}

/** FNV-1a, 32 bits. */
const checksum = (text: string): number =>
  [...text].reduce((sum, sign) => Math.imul(sum ^ sign.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5);
