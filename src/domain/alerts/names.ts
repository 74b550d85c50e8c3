import { groupName } from "../aws/targets.ts";
import type { Target } from "../target.ts";

/** The tag on each alert that this product makes; its value names the service: `CLUSTER/SERVICE`. */
export const ALERT_TAG = "vulcan-ops:alert";

type Named = Pick<Target, "cluster" | "service">;

export const alertTagOf = ({ cluster, service }: Named): string => `${cluster}/${service}`;

/** Made by this product, for this service. Nothing else may be changed. */
export const isOwnAlert = (tags: Readonly<Record<string, string>>, place: Named): boolean =>
  tags[ALERT_TAG] === alertTagOf(place);

const MOST_OF_RULE = 64;
const PREFIX = "vulcan-ops-";
const FAILED = "-deployment-failed";

/** EventBridge: at most 64 characters. A shortened name may be another service's; its tag tells. [D: PutRule] */
export const ruleNameOf = ({ service }: Named): string =>
  `${PREFIX}${service.slice(0, MOST_OF_RULE - PREFIX.length - FAILED.length)}${FAILED}`;

/** CloudWatch: at most 255 characters. */
const MOST_OF_SERVICE = 190;

export const hostsAlarmName = ({ service }: Named, targetGroup: string): string =>
  `${PREFIX}${service.slice(0, MOST_OF_SERVICE)}-healthy-hosts-${groupName(targetGroup)}`;

export const connectionsAlarmName = ({ service }: Named): string =>
  `${PREFIX}${service.slice(0, MOST_OF_SERVICE)}-connections`;
