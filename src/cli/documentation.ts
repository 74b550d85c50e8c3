/**
 * Where the documentation is read. The package is on no registry and no site yet, so it carries its pages with it; once they
 * have an address, it stands here.
 */
const ADDRESS = "";

/** A page in `docs` for each command whose page has another name. */
const PAGES: Readonly<Record<string, string>> = {
  ...{ status: "status-and-doctor", logs: "status-and-doctor", doctor: "status-and-doctor" },
  ...{ migrate: "migrations", plan: "pipelines", check: "pipelines", iam: "permissions" },
  ...{ history: "safety", show: "safety", resume: "safety", undo: "safety", unlock: "safety", note: "report" },
  handover: "shared-journal",
  ...{ rehearse: "sandbox", explain: "actions", run: "commands", schema: "commands" },
  ...{ config: "configuration", completion: "configuration", init: "configuration" },
  ...{ journal: "shared-journal", docs: "commands", licenses: "install", notify: "notices", approve: "pipelines" },
  fleet: "fleets",
};

/** The page of a command, `migrate down` included: `docs/migrations.md`. */
export function pageOf(command: string): string {
  const [word = ""] = command.split(" ");
  return `${ADDRESS}docs/${Object.hasOwn(PAGES, word) ? PAGES[word] : word}.md`;
}

/** The table of all commands. */
export const ALL_COMMANDS_PAGE = pageOf("commands");
