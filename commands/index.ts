import type { Command, CommandList } from "../src/cli/command.ts";
import type { TaskGroup } from "../src/cli/help-pages.ts";

/** Every command. A command and what it needs load only when it is called. */
export const COMMANDS: CommandList = {
  rollback: async () => (await import("./rollback.ts")).rollback,
  status: async () => (await import("./status.ts")).status,
  doctor: async () => (await import("./doctor.ts")).doctor,
  logs: async () => (await import("./logs.ts")).logs,
  watch: async () => (await import("./watch.ts")).watch,
  reconnects: async () => (await import("./reconnects.ts")).reconnects,
  migrate: async () => (await import("./migrate/index.ts")).migrate,
  lint: async () => (await import("./lint.ts")).lint,
  restore: async () => (await import("./restore.ts")).restore,
  upgrade: async () => (await import("./upgrade.ts")).upgrade,
  maintenance: async () => (await import("./maintenance/index.ts")).maintenanceGroup,
  alerts: async () => (await import("./alerts.ts")).alerts,
  notify: async () => (await import("./notify.ts")).notify,
  run: async () => (await import("./run.ts")).run,
  plan: async () => (await import("./plan.ts")).plan,
  fleet: async () => (await import("./fleet/index.ts")).fleet,
  approve: async () => (await import("./approve.ts")).approve,
  check: async () => (await import("./check.ts")).check,
  iam: async () => (await import("./iam.ts")).iam,
  actions: async () => (await import("./actions.ts")).actions,
  explain: async () => (await import("./explain.ts")).explain,
  history: async () => (await import("./history/index.ts")).history,
  show: async () => (await import("./show.ts")).show,
  report: async () => (await import("./report.ts")).report,
  note: async () => (await import("./note.ts")).note,
  handover: async () => (await import("./handover.ts")).handover,
  resume: async () => (await import("./resume.ts")).resume,
  undo: async () => (await import("./undo.ts")).undo,
  unlock: async () => (await import("./unlock.ts")).unlock,
  rehearse: async () => (await import("./rehearse.ts")).rehearse,
  init: async () => (await import("./init.ts")).init,
  completion: async () => (await import("./completion.ts")).completion,
  config: async () => (await import("./config.ts")).config,
  journal: async () => (await import("./journal/index.ts")).journal,
  mcp: async () => (await import("./mcp.ts")).mcp,
  schema: async () => (await import("./schema.ts")).schema,
  docs: async () => (await import("./docs.ts")).docs,
  licenses: async () => (await import("./licenses.ts")).licenses,
  sandbox: async () => (await import("./sandbox/index.ts")).sandbox,
};

/** What a bare `vulcan-ops` runs. */
export const bareCommand = async (): Promise<Command> => (await import("./menu.ts")).menu;

/** The commands by task, in the order of the help. */
export const TASKS: readonly TaskGroup[] = [
  { heading: "In an incident", commands: ["status", "logs", "doctor", "rollback", "watch"] },
  {
    heading: "Planned changes",
    commands: ["upgrade", "maintenance", "reconnects", "lint", "migrate", "restore", "alerts"],
  },
  { heading: "Executions", commands: ["history", "show", "report", "note", "handover", "resume", "undo", "unlock"] },
  { heading: "Runbooks", commands: ["run", "plan", "fleet", "approve", "check", "explain", "actions", "rehearse"] },
  {
    heading: "Set-up and practice",
    commands: [
      "init",
      "config",
      "completion",
      "notify",
      "journal",
      "sandbox",
      "iam",
      "mcp",
      "schema",
      "docs",
      "licenses",
    ],
  },
];
