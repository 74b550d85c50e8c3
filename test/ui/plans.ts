import type { Plan, PlannedStep } from "../../src/domain/plan.ts";
import type { ConfirmQuestion } from "../../src/domain/ports.ts";

/** Plans as the rollback of a service makes them; texts in the words of the real actions. */

const BASE = {
  risk: "read",
  confirm: "none",
  readiness: "ready",
  inputs: {},
  changes: [],
  findings: [],
  outputs: {},
  operation: null,
  undo: null,
  awsCli: null,
} as const;

const FIND: PlannedStep = {
  ...BASE,
  id: "find",
  title: "Choose the revision to roll back to",
  action: "ecs.findRevision",
  summary: "1.43.0 (:43) → 1.42.0 (:42)",
  goal: "roll back 1.43.0 (:43) → 1.42.0 (:42)",
  findings: [
    {
      level: "ok",
      code: "revision-proven",
      text: "newest good revision: vulcan-prod:42 ran 6 d 4 h, from 2026-04-04 02:58:11Z; fallback: vulcan-prod:41",
    },
  ],
};

const request = (taskDefinition: string) => ({
  service: "ecs",
  name: "UpdateService",
  input: { cluster: "vulcan-prod", service: "vulcan-prod", taskDefinition, forceNewDeployment: true },
});

export const REVERT: PlannedStep = {
  ...BASE,
  id: "revert",
  title: "Roll back the service",
  why: "New tasks start before old ones stop, so capacity never drops below 100 %.",
  action: "ecs.updateService",
  risk: "change",
  confirm: "typed",
  summary: "vulcan-prod: 1.43.0 (:43) → 1.42.0 (:42)",
  deed: {
    verb: "roll back",
    past: "rolled back",
    object: "vulcan-prod",
    from: "1.43.0 (:43)",
    to: "1.42.0 (:42)",
    shortTo: "1.42.0",
  },
  inputs: {
    taskDefinition: { value: "vulcan-prod:42", origin: "read", step: "find" },
    forceNewDeployment: { value: true, origin: "given" },
  },
  changes: [
    { subject: "service vulcan-prod", property: "task definition", before: "vulcan-prod:43", after: "vulcan-prod:42" },
    {
      subject: "service vulcan-prod",
      property: "image of vulcan",
      before: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.43.0",
      after: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.42.0",
    },
  ],
  findings: [
    {
      level: "warn",
      code: "deployment-in-flight",
      text: "vulcan-prod:43 is still deploying; this update replaces that deployment",
    },
  ],
  operation: request("vulcan-prod:42"),
  undo: { kind: "operation", operation: request("vulcan-prod:43"), with: { taskDefinition: "vulcan-prod:43" } },
  basis: { taskDefinition: "vulcan-prod:43", primary: "ecs-svc/5519283746501928374" },
  consequence: "42",
  current: "43",
  awsCli:
    "aws ecs update-service --cluster vulcan-prod --service vulcan-prod --task-definition vulcan-prod:42 --force-new-deployment --region eu-west-1",
};

const WAIT: PlannedStep = {
  ...BASE,
  id: "wait",
  title: "Wait for the rollout to complete",
  action: "ecs.waitForRollout",
  usualSeconds: 300,
  readiness: "deferred",
  until: "revert",
  summary: "",
  inputs: {
    taskDefinition: { value: "vulcan-prod:42", origin: "predicted", step: "revert" },
    deployment: { origin: "pending", step: "revert" },
  },
};

export const NORMAL: Plan = {
  schemaVersion: 1,
  runbook: {
    id: "rollback-service",
    title: "Roll back the service to a previous release",
    source: "rollback-service",
    sha256: "0".repeat(64),
  },
  target: {
    name: "prod",
    account: "111122223333",
    region: "eu-west-1",
    cluster: "vulcan-prod",
    service: "vulcan-prod",
    database: "vulcan-prod-db",
    production: true,
  },
  caller: { account: "111122223333", arn: "arn:aws:sts::111122223333:assumed-role/oncall/ana" },
  at: "2026-04-10T03:41:07.250Z",
  inputs: { to: 42 },
  steps: [FIND, REVERT, WAIT],
  finally: [],
};

export const NOW = Date.parse("2026-04-10T03:41:19.000Z");

export const UNCHANGED: Plan = {
  ...NORMAL,
  target: { ...NORMAL.target, name: "rehearsal", production: false },
  inputs: {},
  steps: [
    FIND,
    {
      ...BASE,
      id: "revert",
      title: REVERT.title,
      action: REVERT.action,
      risk: "change",
      readiness: "unchanged",
      summary: "vulcan-prod already runs vulcan-prod:42",
    },
    { ...BASE, id: "tell", title: "Tell the others", action: "notify", readiness: "left-out", summary: "" },
  ],
};

export const BLOCKED: Plan = {
  ...NORMAL,
  target: { ...NORMAL.target, account: undefined as never },
  steps: [
    FIND,
    {
      ...REVERT,
      findings: [
        {
          level: "block",
          code: "revision-inactive",
          text: "vulcan-prod:42 is INACTIVE: ECS does not start its tasks",
        },
      ],
    },
    WAIT,
  ],
};

/** A destructive step in the middle, writes that are planned later, and steps that put things back at the end. */
export const WINDOW: Plan = {
  ...NORMAL,
  runbook: { ...NORMAL.runbook, id: "maintenance-window", title: "Maintenance window" },
  inputs: {},
  steps: [
    {
      ...BASE,
      id: "quiet",
      title: "Scale down to 1 task",
      action: "ecs.scaleService",
      risk: "change",
      confirm: "prompt",
      summary: "vulcan-prod: 3 → 1 tasks",
      changes: [{ subject: "service vulcan-prod", property: "desired count", before: 3, after: 1 }],
      operation: { service: "ecs", name: "UpdateService", input: { service: "vulcan-prod", desiredCount: 1 } },
      undo: {
        kind: "operation",
        operation: { service: "ecs", name: "UpdateService", input: { service: "vulcan-prod", desiredCount: 3 } },
        with: { count: 3 },
      },
      consequence: "1",
      current: "3",
      awsCli: "aws ecs update-service --service vulcan-prod --desired-count 1",
    },
    {
      ...BASE,
      id: "down",
      title: "Roll back migration 118",
      why: "The older code does not know its column.",
      action: "migration.down",
      risk: "destructive",
      confirm: "typed",
      summary: "118 → 117",
      findings: [{ level: "warn", code: "data-lost", text: "reviews.note holds 41,202 values" }],
      operation: { service: "container", name: "run", input: { argv: ["vulcan", "migrate", "down", "1"] } },
      undo: { kind: "irreversible", reason: "the Down of 118 drops column reviews.note (41,202 values)" },
      consequence: "drop reviews.note",
      current: "118",
      awsCli: `# needs a session of its own; not directly runnable\naws ecs execute-command --cluster vulcan-prod --container vulcan --interactive --command 'vulcan migrate down 1 --note "one step; then look"'`,
    },
    {
      ...BASE,
      id: "look",
      title: "Verify the data",
      action: "database.check",
      confirm: "prompt",
      readiness: "deferred",
      until: "down",
      summary: "",
    },
  ],
  finally: [
    {
      ...BASE,
      id: "restore",
      title: "Restore the task count",
      action: "ecs.scaleService",
      risk: "change",
      confirm: "countdown",
      readiness: "deferred",
      until: "quiet",
      summary: "",
      inputs: { count: { value: 3, origin: "predicted", step: "quiet" } },
    },
  ],
};

export const QUESTION: ConfirmQuestion = {
  kind: "confirm",
  step: REVERT,
  phase: "do",
  mode: "typed",
  stale: [],
  position: [2, 3],
  identity: { target: NORMAL.target, account: "111122223333" },
  warnings: [],
};

const CODES = ["breaker-off", "writers-recent", "image-moved", "schema-unknown", "scaling-active", "role-differs"];

/** On a production target, with six warnings. */
export const WARNED: ConfirmQuestion = {
  ...QUESTION,
  identity: { target: { ...NORMAL.target, production: true }, account: "111122223333" },
  warnings: CODES.map((code) => ({ level: "warn", code, text: `${code}: ${"long words of it ".repeat(20)}` })),
};
