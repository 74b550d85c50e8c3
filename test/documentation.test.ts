import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS, TASKS } from "../commands/index.ts";
import { actionsPage } from "../src/app/actions.ts";
import { helpPages } from "../src/cli/help-pages.ts";
import { parse } from "../src/cli/parse-argv.ts";
import { NEEDS, type Needs } from "../src/domain/aws/iam-needs.ts";
import { LINT_RULES } from "../src/proof/rules/index.ts";
import { commandReference } from "./support/reference/commands.ts";
import { jsonReference } from "./support/reference/json-output.ts";
import { ruleReference } from "./support/reference/rules.ts";
import { exitCodesTable, settingsTable, variablesTable } from "./support/reference/settings.ts";
import { table } from "./support/reference/table.ts";
import { verdictReference } from "./support/reference/verdicts.ts";
import { vulcanOps } from "./support/sandbox-harness.ts";

/** What the README and the pages in `docs` claim is what the program does. */
const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const PAGES: ReadonlyMap<string, string> = new Map(
  [
    "README.md",
    "CONTRIBUTING.md",
    "runbooks/README.md",
    "src/sandbox/README.md",
    ...docs.map((name) => `docs/${name}`),
  ].map((path) => [path, read(path)]),
);
const page = (path: string): string => PAGES.get(path) ?? "";

describe("the README and its pages", () => {
  it("begin with one that is read in a few minutes", () => {
    expect(Buffer.byteLength(page("README.md"))).toBeLessThanOrEqual(8192);
  });

  it("link to pages and headings that there are", () => {
    const broken = [...PAGES].flatMap(([path, text]) =>
      [...text.matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, file = "", heading]) => {
        const to = file === "" ? path : join(dirname(path), file);
        const isThere = existsSync(join(root, to)) && (heading === undefined || anchors(to).includes(heading));
        return isThere ? [] : [`${path}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it("can each be reached from the README", () => {
    const linked = [...page("README.md").matchAll(/\]\((docs\/[\w-]+\.md)/g)].map(([, path]) => path);
    expect(docs.map((name) => `docs/${name}`).filter((path) => !linked.includes(path))).toEqual([]);
  });

  it("have the page that each command's help names", async () => {
    const help = await helpPages(COMMANDS, TASKS);
    const rows = Object.values(help).flatMap(({ sections }) => sections.flatMap(({ rows }) => rows));
    const named = rows.flatMap(([term]) => /^Documentation: (\S+),/.exec(term)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((path) => !PAGES.has(path))).toEqual([]);
  });

  it("can each be printed by its name, and a wrong name tells the one that is near", async () => {
    const { code, stdout } = await vulcanOps(["docs"]);
    const names = stdout.split("\n").flatMap((row) => /^(\S+) {2,}\S/.exec(row)?.[1] ?? []);
    expect([code, names]).toEqual([0, [...docs.map((name) => name.replace(".md", "")), "runbooks"].sort()]);
    const printed = (name: string) =>
      execFileSync(process.execPath, [join(root, "dist/main.js"), "docs", name], { encoding: "utf8" });
    expect(printed("runbooks")).toBe(page("runbooks/README.md"));
    expect(printed("docs/safety.md")).toBe(page("docs/safety.md"));
    const wrong = await vulcanOps(["docs", "docs/safty.md"]);
    expect([wrong.code, wrong.stderr]).toEqual([
      6,
      expect.stringMatching(/no page "docs\/safty.md"[\s\S]*docs safety/),
    ]);
  });

  it("show commands that can be typed", async () => {
    for (const line of [...PAGES].flatMap(([path, text]) => commandsIn(text).map((words) => ({ path, words }))))
      expect({ ...line, command: (await parse(line.words, COMMANDS)).command?.name }).toMatchObject({
        command: expect.any(String),
      });
  });

  it("show screens that the program itself made", () => {
    const shown = [...PAGES.values()].join("\n");
    const screens = [...shown.matchAll(/<!-- screen: (\S+) -->\n```text\n([\s\S]*?)\n```/g)];
    expect(screens.length).toBeGreaterThanOrEqual(5);
    for (const [, path = "", text = ""] of screens) expect(text).toBe(read(path).trimEnd());
  });

  it("names every command", async () => {
    const names = Object.keys(COMMANDS);
    const rows = page("docs/commands.md");
    expect(names.filter((name) => !new RegExp(`^\\| .*\\b${name}\\b`, "m").test(rows))).toEqual([]);
  });

  it.each(Object.entries(REFERENCE_PAGES))("%s is made from what the program itself uses", async (path, make) => {
    await expect(await make()).toMatchFileSnapshot(join(root, path));
  });

  it.each(Object.entries(PARTS))("%s has the parts that are made from what the program uses", async (path, parts) => {
    let text = page(path);
    for (const [name, make] of Object.entries(parts)) text = withPart(text, name, await make());
    await expect(text).toMatchFileSnapshot(join(root, path));
  });

  it("has a tour of the sandbox that leads through each of its folders once", () => {
    const rows = [...read("src/sandbox/README.md").matchAll(/^\| `([^`]+)` \|/gm)].map(([, names = ""]) =>
      names.split(" "),
    );
    const folders = readdirSync(join(root, "src/sandbox"), { withFileTypes: true }).filter((one) => one.isDirectory());
    const named = rows.flat().filter((name) => name.endsWith("/"));
    expect(named.sort()).toEqual(folders.map(({ name }) => `${name}/`).sort());
  });
});

/** Pages that are made whole. `npm run golden` renews them, and the parts below. */
const REFERENCE_PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/actions.md": actionsPage,
  "docs/command-reference.md": commandReference,
  "docs/json-outputs.md": jsonReference,
  "docs/rules.md": ruleReference,
  "docs/verdicts.md": verdictReference,
};

/** Parts of pages that are otherwise written by hand, between comments that name them. */
const PARTS: Readonly<Record<string, Readonly<Record<string, () => string | Promise<string>>>>> = {
  "docs/configuration.md": { settings: settingsTable, variables: variablesTable },
  "docs/exit-codes.md": { codes: exitCodesTable },
  "docs/lint.md": { rules: lintTable },
  "docs/permissions.md": { needs: needsTable, policy },
};

function withPart(text: string, name: string, made: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->\n`, `\n<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`there is no part ${name}`);
  return text.slice(0, from + begin.length) + made + text.slice(to);
}

function lintTable(): string {
  const rows = Object.entries(LINT_RULES).map(([id, { name, severity, title }]) => [
    id,
    `\`${name}\``,
    severity,
    title,
  ]);
  return table(["rule", "name", "severity", "what it finds"], rows);
}

async function policy(): Promise<string> {
  const { stdout } = await vulcanOps(["iam"], { env: { AWS_REGION: "", AWS_DEFAULT_REGION: "", ...NO_FILES } });
  return `\`\`\`json\n${stdout.trimEnd()}\n\`\`\``;
}

function needsTable(): string {
  const rows = Object.entries<Needs>(NEEDS).flatMap(([name, { writes }]) => {
    if (writes.length === 0) return [];
    const when = [...new Set(writes.map(({ only }) => only))];
    const cells = when.map((one) => {
      const sids = writes.filter(({ only }) => only === one).map(({ sid }) => `\`${sid}\``);
      return one === undefined ? sids.join(", ") : `${one}: ${sids.join(", ")}`;
    });
    const isAll = writes.length === NEEDS.run.writes.length;
    return [[`\`${name}\``, isAll ? "all of them, for any runbook" : cells.join("; ")]];
  });
  return table(["command", "writes by"], rows);
}

/** The headings of a page as its links name them. */
const anchors = (path: string): readonly string[] =>
  [...page(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );

/** Lines of the code blocks that one types as they stand: no placeholder in capitals, no choice. */
const commandsIn = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/^```(?:bash|sh)?\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .flatMap((line) => /^vulcan-ops (.*?)(?: +#.*| > .*)?$/.exec(line)?.[1] ?? [])
    .map((line) => line.split(/\s+/).map((word) => word.replace(/^'(.*)'$/, "$1")));

/** No configuration and no profile of the machine's own. */
const NO_FILES = {
  VULCAN_OPS_CONFIG: "",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  XDG_CONFIG_HOME: "/nowhere",
};
