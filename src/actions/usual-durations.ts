/**
 * About how long AWS takes, in seconds. [D] documented by AWS, [O] observed, [I] inferred. A wait shows them as "about";
 * of decisions, only whether the credentials last for the run is made by them.
 */
export const USUAL_SECONDS = {
  /** [O] Until ECS shows what was asked for. */
  shown: 10,
  /** [O] First task after 5 to 45 s, 40 s until it runs, healthy after 40 s more, COMPLETED 10 to 50 s later. */
  rollout: 120,
  /** [D] A target is drained for 300 s by default; [O] deregistered and stopped in 30 s around that. */
  drain: 330,
  /** [O] As a rollout without the wait for COMPLETED. */
  moreTasks: 100,
  /** [O] A task of its own starts in about 40 s and stops in 20 s; what it runs comes on top. */
  ownTask: 60,
  /** [D] RDS ships the log each 5 min, and refuses a moment that it does not have yet. */
  restorable: 300,
  /** [O] AWS promises nothing: 15 to 20 min where little was written since the last snapshot. */
  restore: 1200,
  /** [I] One modification without a restart. */
  modify: 60,
  /** [I] The instance has the new name after a minute; [D] DNS follows in up to 10 min, and nothing waits for it. */
  rename: 90,
  /** [I] The first backup of a restored instance begins after 2 min, and takes as long. */
  firstBackup: 300,
} as const;
