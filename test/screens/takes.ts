import type { Take } from "./record.ts";

const REFUSED_SIZE = { operation: "UpdateService", when: "before", kind: "access-denied", times: 1 } as const;

const ROLLBACK = {
  scenario: "bad-release",
  runbook: "rollback-service",
  command: "rollback",
  adminUrl: true,
} as const;
/** Nothing tells of migrations: the target has no address of Vulcan's API. */
export const UNREAD: Take = { ...ROLLBACK, adminUrl: false };

const MAINTENANCE = {
  scenario: "major-release",
  runbook: "maintenance-window",
  command: "maintenance",
  inputs: { watch: "15m" },
  adminUrl: true,
} as const;
const COPY = { latest: "true", as: "vulcan-prod-then" };
const RESTORE = {
  scenario: "healthy",
  runbook: "restore-database",
  command: "restore --latest --as vulcan-prod-then",
  inputs: { ...COPY, cutover: "none" },
} as const;
const CUTOVER = {
  ...RESTORE,
  command: "restore --latest --as vulcan-prod-then --cutover rename",
  inputs: { ...COPY, cutover: "rename" },
} as const;
const DOWN = {
  scenario: "bad-but-healthy",
  runbook: "rollback-migration",
  command: "migrate down 2",
  inputs: { steps: "2" },
  adminUrl: true,
} as const;

/** Each procedure as it ends: well, with a failure, by Ctrl-C, taken over, without an answer. */
export const TAKES: Readonly<Record<string, Readonly<Record<string, Take>>>> = {
  rollback: {
    success: ROLLBACK,
    failure: { ...ROLLBACK, scenario: "revert-fails" },
    "ctrl-c": { ...ROLLBACK, stopAt: "drained" },
    "taken-over": { ...ROLLBACK, scenario: "bad-but-healthy", inputs: { stopBadNow: "true" }, takenAt: "rollout" },
  },
  maintenance: {
    success: MAINTENANCE,
    failure: { ...MAINTENANCE, trouble: ({ sandbox }) => void sandbox.inject(REFUSED_SIZE) },
    "ctrl-c": { ...MAINTENANCE, stopAt: "shrink" },
    "taken-over": { ...MAINTENANCE, takenAt: "shrink" },
    "no-answer": { ...MAINTENANCE, silentAt: "migrate" },
  },
  restore: {
    success: RESTORE,
    failure: { ...RESTORE, scenario: "restore-incompatible-parameters" },
    "ctrl-c": { ...RESTORE, stopAt: "restore" },
    "taken-over": { ...RESTORE, takenAt: "restore" },
  },
  cutover: {
    success: CUTOVER,
    failure: { ...CUTOVER, trouble: ({ sandbox }) => void sandbox.inject(REFUSED_SIZE) },
    "ctrl-c": { ...CUTOVER, stopAt: "fence" },
    "taken-over": { ...CUTOVER, takenAt: "fence" },
    "no-answer": { ...CUTOVER, silentAt: "switch" },
  },
  "migrate-down": {
    success: DOWN,
    failure: { ...DOWN, trouble: ({ sandbox }) => void sandbox.inject(REFUSED_SIZE) },
    "ctrl-c": { ...DOWN, stopAt: "shrink" },
    "taken-over": { ...DOWN, takenAt: "shrink" },
    "no-answer": { ...DOWN, silentAt: "down" },
  },
};
