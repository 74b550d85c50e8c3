import type { HistoryRow } from "../aws/ecs.ts";
import type { Known } from "../status/target-status.ts";
import type { TimedEvent } from "../watch/baseline.ts";
import type { LogSpan } from "./document.ts";
import type { ServiceEvent } from "./repeated-events.ts";

/** What AWS knows of the span of a report. Each part may be unread, and says why. */
export interface Surroundings {
  /** Service deployments, newest first. */
  readonly deployments: Known<readonly HistoryRow[]>;
  /** ECS's own events of the service. */
  readonly serviceEvents: Known<readonly ServiceEvent[]>;
  /** Changes of alarms on the target. */
  readonly alarms: Known<readonly TimedEvent[]>;
  readonly logs: Known<readonly LogSpan[]>;
}

/** Nothing was asked of AWS. */
export function unreadSurroundings(why: string): Surroundings {
  const unread = { known: false, why } as const;
  return { deployments: unread, serviceEvents: unread, alarms: unread, logs: unread };
}
