import type { HistoryRow, Service, ServiceDeployment, TaskDefinition } from "../../../domain/aws/ecs.ts";
import type { HistoryVerdict } from "../../../domain/aws/revision-history.ts";

/** What one look at the service and its past has shown. */
export interface Found {
  readonly service: Service;
  /** Undefined where it could not be read, for the reason `unread`. */
  readonly history: readonly HistoryRow[] | undefined;
  readonly unread?: string;
  readonly verdict: HistoryVerdict;
  /** The revision that the operator has named. */
  readonly wanted: string | undefined;
  /** The revision to return to. */
  readonly definition: TaskDefinition | undefined;
  /** ACTIVE revisions below the current one, newest first; listed where nothing else tells what there is. */
  readonly below?: readonly string[];
  /** The newest deployment, and the one that speaks for the revision to return to. */
  readonly newest: ServiceDeployment | undefined;
  readonly speaking: ServiceDeployment | undefined;
}
