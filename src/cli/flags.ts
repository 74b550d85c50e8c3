import { DATABASE_VIAS } from "../domain/target.ts";
import type { Flags } from "./command.ts";

/** Where: every command that looks at a target. */
export const TARGET_FLAGS = {
  target: { type: "string", describe: "Target in vulcan-ops.yaml (default: defaultTarget, else vulcan-prod)" },
  profile: { type: "string", describe: "AWS profile" },
  region: { type: "string", describe: "AWS region" },
} as const satisfies Flags;

/** Where executions are kept. */
export const STATE_FLAGS = {
  "state-dir": { type: "string", describe: "Folder of journals and locks (default: $XDG_STATE_HOME/vulcan-ops)" },
} as const satisfies Flags;

export const OUTPUT_FLAGS = {
  output: { type: "string", choices: ["text", "json", "ndjson"], describe: "What stdout carries (default: text)" },
} as const satisfies Flags;

/** Answers given beforehand. */
export const ANSWER_FLAGS = {
  yes: { type: "boolean", alias: "y", describe: "Answer plain confirmations with yes" },
  confirm: { type: "array", describe: "Answer the typed confirmation that names this TEXT" },
  "take-over": { type: "string", describe: "Take the target over from the execution with this ID" },
  "expect-current": { type: "string", describe: "Go on only while this revision is the current one" },
} as const satisfies Flags;

/** How a container is entered. */
export const EXEC_FLAGS = {
  "exec-via": {
    type: "string",
    choices: ["own", "plugin"],
    describe: "Who speaks ECS Exec: own, this program (default); plugin, AWS's session-manager-plugin",
  },
} as const satisfies Flags;

/** How SQL gets to the database. */
export const DATABASE_FLAGS = {
  "database-via": {
    type: "string",
    choices: DATABASE_VIAS,
    describe: "Reach the database by this machine's network (direct, default) or through a running task (task)",
  },
} as const satisfies Flags;

/** Everything that can change something takes these. */
export const RUN_FLAGS = {
  "dry-run": {
    type: "string",
    choices: ["read"],
    describe: "Show the plan and stop; only reads (--dry-run is --dry-run=read)",
  },
  "detailed-exitcode": { type: "boolean", describe: "With --dry-run: exit 2 where the plan has changes" },
  ...ANSWER_FLAGS,
  ...DATABASE_FLAGS,
  ...TARGET_FLAGS,
  ...OUTPUT_FLAGS,
  ...STATE_FLAGS,
} as const satisfies Flags;
