import type { Argument, CheckedArguments, Tool } from "./tool.ts";

const RUNBOOK: Argument = {
  type: "text",
  describe: "A shipped runbook or one in ./runbooks, by name, or the relative path of a .yaml file in this folder",
  form: { pattern: /^(?!-)[\w./-]+$/, text: "a name as in rollback-service, or a relative path that ends in .yaml" },
};

const TARGET: Argument = {
  type: "text",
  describe: "Target in vulcan-ops.yaml (default: its defaultTarget)",
  form: { pattern: /^(?!-)[\w.-]+$/, text: "the name of a target" },
};

const INPUTS: Argument = { type: "pairs", describe: "Inputs of the runbook by name: explain lists them" };

const TIME = { pattern: /^[\w:.+-]+$/, text: "a time with an offset, or an age" } as const;

/** A value is joined to its flag: whatever it holds, it is no flag of its own. */
function flag(name: string, value: CheckedArguments[string] | undefined): readonly string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return [`--${name}`];
  if (typeof value === "string") return [`--${name}=${value}`];
  return Object.entries(value).map(([key, text]) => `--${name}=${key}=${text}`);
}

const word = (value: CheckedArguments[string] | undefined): readonly string[] =>
  typeof value === "string" ? [value] : [];

/** A client waits for its answer. As fast as the rehearsals of `plan --dry-run=sandbox`. */
const SPEED = 300;

const JSON_OUTPUT = "--output=json";

/** Every tool of the server, by what an assistant does with it: read, plan, check, rehearse. */
export const TOOLS: readonly Tool[] = [
  {
    name: "status",
    title: "State of the service",
    describe:
      "What serves users, what fails, and what a person could do next: deployments, tasks, requests, database, alarms, what runs have not put back. Reads only.",
    takes: { target: TARGET, all: { type: "flag", describe: "One row for each target instead" } },
    flags: ["target", "profile", "region", "state-dir"],
    seconds: 60,
    words: ({ all }) => ["status", JSON_OUTPUT, ...flag("all", all)],
  },
  {
    name: "doctor",
    title: "Permissions and configuration",
    describe: "What would stop an operator, each finding with its fix. Reads only.",
    takes: { target: TARGET },
    flags: ["target", "profile", "region", "state-dir"],
    seconds: 60,
    words: () => ["doctor", JSON_OUTPUT],
  },
  {
    name: "history",
    title: "Past executions",
    describe: "Executions that this machine has a journal of, newest first, with what came of each.",
    takes: {
      target: TARGET,
      since: { type: "text", describe: "Those since: 7d, or 2026-04-10T00:00:00Z", form: TIME },
      limit: {
        type: "text",
        describe: "The newest so many (default: 20)",
        form: { pattern: /^[1-9]\d{0,2}$/, text: "a whole number from 1 to 999" },
      },
    },
    flags: ["target", "state-dir"],
    seconds: 30,
    words: ({ since, limit }) => ["history", JSON_OUTPUT, ...flag("since", since), ...flag("limit", limit ?? "20")],
  },
  {
    name: "report",
    title: "Report of an execution or a time",
    describe:
      "An execution, or all of a time, as Markdown: outcome, timeline, requests, before and after, what is not proven.",
    takes: {
      execution: {
        type: "text",
        describe: "Its id, the beginning of it, or last; or leave it out and name a time",
        form: { pattern: /^[a-z0-9]{1,12}$/, text: "an id as in b7k2mq, or last" },
      },
      from: { type: "text", describe: "All of the target since: 2026-04-10T03:00:00Z, or -3h", form: TIME },
      to: { type: "text", describe: "Until then (default: now)", form: TIME },
      audience: {
        type: "choice",
        choices: ["internal", "external"],
        describe: "external: without people, accounts, addresses and ids (default: internal)",
      },
      target: TARGET,
    },
    flags: ["target", "profile", "region", "state-dir"],
    seconds: 90,
    words: ({ execution, from, to, audience }) => [
      ...["report", ...word(execution), "--format=md"],
      ...[...flag("from", from), ...flag("to", to), ...flag("for", audience)],
    ],
  },
  {
    name: "logs",
    title: "Where the application logs",
    describe:
      "The log group and streams of one revision, how many lines each has, and from when to when. Never a line.",
    takes: {
      revision: {
        type: "text",
        describe: "Revision, as in 43 (default: the one deployed last)",
        form: { pattern: /^(?!-)[\w:./-]+$/, text: "a revision as in 43" },
      },
      since: {
        type: "text",
        describe: "How far back, as in 90s, 10m, 2h (default: 10m)",
        form: { pattern: /^\d+[smhd]$/, text: "a duration as in 10m" },
      },
      target: TARGET,
    },
    flags: ["target", "profile", "region"],
    seconds: 60,
    words: ({ revision, since }) => [
      "logs",
      "--count",
      JSON_OUTPUT,
      ...flag("revision", revision),
      ...flag("since", since),
    ],
  },
  {
    name: "explain",
    title: "A runbook, an action or a rule",
    describe:
      "What a runbook does, asks and may change, with its inputs; or an action (ecs.updateService) or a rule (VOPS044). Markdown.",
    takes: { subject: { ...RUNBOOK, describe: "Runbook, action or rule; rules lists all rules", isRequired: true } },
    flags: [],
    seconds: 20,
    words: ({ subject }) => ["explain", ...word(subject)],
  },
  {
    name: "check",
    title: "Check runbooks",
    describe:
      "Every key, input and reference of a runbook, with line and column. Without arguments: all runbooks here and the shipped ones.",
    takes: {
      runbook: RUNBOOK,
      text: { type: "text", describe: "The YAML of a runbook instead of its name", most: 131_072 },
    },
    flags: [],
    seconds: 20,
    words: ({ runbook }) => ["check", JSON_OUTPUT, ...word(runbook)],
  },
  {
    name: "plan",
    title: "Plan a runbook",
    describe:
      "What a runbook would change on the target now, step by step, with its undo. Keeps the plan in a file. Changes nothing: a person carries it out with run --plan.",
    takes: { runbook: { ...RUNBOOK, isRequired: true }, inputs: INPUTS, target: TARGET },
    flags: ["target", "profile", "region", "state-dir"],
    seconds: 120,
    words: ({ runbook, inputs }) => ["plan", ...word(runbook), JSON_OUTPUT, ...flag("input", inputs)],
  },
  {
    name: "rehearse",
    title: "Rehearse a runbook",
    describe:
      "Carries a runbook out in a sandbox on this machine, with a real PostgreSQL, and answers every question itself. No AWS account is touched, no channel is notified, nothing is kept.",
    takes: {
      runbook: { ...RUNBOOK, isRequired: true },
      scenario: {
        type: "text",
        describe: "Its world (default: bad-release); a wrong name lists them",
        form: { pattern: /^[a-z][a-z0-9-]*$/, text: "the name of a scenario" },
      },
      inputs: INPUTS,
    },
    flags: [],
    seconds: 600,
    isHeavy: true,
    words: ({ runbook, scenario, inputs }) => [
      ...["rehearse", ...word(runbook), "--yes", "--output=ndjson", `--speed=${SPEED}`],
      ...[...flag("scenario", scenario), ...flag("input", inputs)],
    ],
  },
];
