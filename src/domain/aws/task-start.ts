/** When a task passed each part of its start, in this order; RFC 3339. [D: Task] */
export interface TaskStart {
  /** ECS has placed it. */
  readonly createdAt?: string;
  /** Its network was connected. */
  readonly connectivityAt?: string;
  readonly pullStartedAt?: string;
  readonly pullStoppedAt?: string;
}
