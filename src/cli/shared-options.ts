import { usageError } from "../domain/error.ts";
import { ASK_MODES, DATABASE_VIAS, EXEC_CLIENTS } from "../domain/target.ts";
import type { OptionSpecs } from "./options.ts";

const TARGET = "Target";
const ANSWERS = "Answers";
const ADVANCED = "Advanced";
const SANDBOX = "Sandbox";

/** For every command that works on a target. */
export const TARGET_OPTIONS = {
  target: {
    type: "string",
    value: "NAME",
    completes: ["target"],
    group: TARGET,
    describe: "Target in vulcan-ops.yaml (default: defaultTarget, else vulcan-prod)",
  },
  profile: { type: "string", value: "NAME", completes: ["profile"], group: TARGET, describe: "AWS profile" },
  region: { type: "string", group: TARGET, describe: "AWS region" },
} as const satisfies OptionSpecs;

/** The folder for executions. */
export const STATE_OPTIONS = {
  "state-dir": {
    type: "string",
    completes: ["path"],
    group: ADVANCED,
    describe: "Folder of journals and locks (default: $XDG_STATE_HOME/vulcan-ops)",
  },
} as const satisfies OptionSpecs;

export const OUTPUT_OPTIONS = {
  output: {
    type: "string",
    choices: ["text", "json", "ndjson"],
    group: "Output",
    describe: "What stdout carries (default: text)",
  },
} as const satisfies OptionSpecs;

/** Answers given beforehand. */
export const ANSWER_OPTIONS = {
  yes: { type: "boolean", alias: "y", group: ANSWERS, describe: "Answer plain confirmations with yes" },
  confirm: {
    type: "list",
    value: "TEXT",
    group: ANSWERS,
    describe: "Answer the typed confirmation of this text; repeatable",
  },
  "take-over": { type: "string", value: "ID", group: ANSWERS, describe: "Take the target over from this execution" },
  ask: {
    type: "string",
    choices: ASK_MODES,
    group: ANSWERS,
    describe: "Which steps ask: each (default), or gates: before it begins and before it migrates",
  },
  "expect-current": {
    type: "string",
    value: "REV",
    group: ANSWERS,
    describe: "Continue only while this revision is the current one",
  },
} as const satisfies OptionSpecs;

/** Why something is done. */
export const REASON_OPTION = {
  reason: {
    type: "string",
    value: "TEXT",
    describe: "Why, as in INC-123: kept in the journal and shown with the execution",
  },
} as const satisfies OptionSpecs;

/** Why nothing can wait. */
export const EMERGENCY_OPTION = {
  emergency: {
    type: "string",
    value: "REASON",
    group: ANSWERS,
    describe: "Begin without an approval and in a closed calendar; END, notices and the report show why",
  },
} as const satisfies OptionSpecs;

/** How a container is entered. */
export const EXEC_OPTIONS = {
  "exec-via": {
    type: "string",
    choices: EXEC_CLIENTS,
    group: ADVANCED,
    describe: "Client of ECS Exec: own, this program (default); plugin, AWS's session-manager-plugin",
  },
} as const satisfies OptionSpecs;

/** The operator's source of the migrations, which a plan runs on a throw-away server. */
export const SOURCE_OPTIONS = {
  "migrations-file": {
    type: "string",
    value: "PATH",
    group: ADVANCED,
    describe: "Vulcan's migrations.go, or its folder: run on a throw-away server, and proven for the image",
  },
  commit: {
    type: "string",
    value: "SHA",
    group: ADVANCED,
    describe: "Commit of the image, where no tag and no label names it: the source has to be the same",
  },
} as const satisfies OptionSpecs;

/** What is known of the migrations of a release that is deployed. */
export const RELEASE_OPTIONS = {
  expect: {
    type: "string",
    input: "expect",
    example: "--expect 1m",
    value: "DURATION",
    group: ADVANCED,
    describe: "How long the migrations take, by the release notes, as in 1m",
  },
  newest: {
    type: "string",
    input: "version",
    example: "--newest 8",
    value: "VERSION",
    group: ADVANCED,
    describe: "Newest migration that must be applied afterwards, as in 8",
  },
  "may-shrink": {
    type: "string",
    input: "mayShrink",
    value: "TABLES",
    group: ADVANCED,
    describe: "Tables where fewer rows are normal, with commas",
  },
} as const;

/** How SQL gets to the database. */
export const DATABASE_OPTIONS = {
  "database-via": {
    type: "string",
    choices: DATABASE_VIAS,
    group: ADVANCED,
    describe: "Reach the database by this machine's network (direct, default) or through a running task (task)",
  },
} as const satisfies OptionSpecs;

/** Show only the plan. */
export const DRY_RUN_OPTIONS = {
  "dry-run": {
    type: "string",
    choices: ["read"],
    value: "",
    describe: "Show the plan and stop; only reads",
  },
  "detailed-exitcode": {
    type: "boolean",
    group: ADVANCED,
    describe: "With --dry-run: exit 2 if the plan has changes",
  },
} as const satisfies OptionSpecs;

/** Every command that can change something takes these. */
export const RUN_OPTIONS = {
  ...DRY_RUN_OPTIONS,
  ...REASON_OPTION,
  ...EMERGENCY_OPTION,
  ...ANSWER_OPTIONS,
  ...DATABASE_OPTIONS,
  ...TARGET_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...STATE_OPTIONS,
} as const satisfies OptionSpecs;

export const INPUT_OPTION = {
  input: { type: "list", value: "NAME=VALUE", completes: ["input"], describe: "An input of the runbook; repeatable" },
} as const satisfies OptionSpecs;

/** `--input to=42 --input x=y` → a record. The runbook defines what each value has to be. */
export function inputsOf({ input }: { readonly input: readonly string[] }): Readonly<Record<string, string>> {
  const pairs = input.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw usageError("input-malformed", `--input wants name=value, not ${JSON.stringify(text)}`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usageError("input-twice", `--input ${twice}=… is given twice`);
  return Object.fromEntries(pairs);
}

/** The sandbox of a rehearsal. */
export const WORLD_OPTIONS = {
  scenario: {
    type: "string",
    value: "NAME",
    completes: ["scenario"],
    group: SANDBOX,
    describe: "Its world (list: vulcan-ops sandbox scenarios)",
  },
  speed: { type: "string", value: "N", group: SANDBOX, describe: "Times faster than real time (default: 60)" },
  seed: { type: "string", value: "N", group: SANDBOX, describe: "Seed of everything random in it (default: 1)" },
  timing: {
    type: "list",
    value: "NAME=SECONDS",
    completes: ["timing"],
    group: SANDBOX,
    describe: "How long something takes in it; repeatable (list: vulcan-ops sandbox timings)",
  },
} as const satisfies OptionSpecs;

/** For the commands that continue an execution, forwards or back. */
export const CONTINUE_OPTIONS = {
  id: {
    type: "string",
    positional: "optional",
    value: "ID",
    describe: "Execution: its id, the beginning of it, or last (default: the newest that fits)",
  },
  ...REASON_OPTION,
  ...ANSWER_OPTIONS,
  ...EXEC_OPTIONS,
  ...DATABASE_OPTIONS,
  profile: TARGET_OPTIONS.profile,
  ...OUTPUT_OPTIONS,
  ...STATE_OPTIONS,
} as const satisfies OptionSpecs;
