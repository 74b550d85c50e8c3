import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS, TASKS } from "../commands/index.ts";
import { actionsPage } from "../src/app/actions.ts";
import { helpPages } from "../src/cli/help-pages.ts";
import { parse } from "../src/cli/parse-argv.ts";
import { TARGET_SETTINGS } from "../src/config/schema.ts";
import { NEEDS, type Needs } from "../src/domain/aws/iam-needs.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { LINT_RULES } from "../src/proof/rules/index.ts";
import { exitMeaning } from "../src/ui/render/exit-meaning.ts";
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
    expect([code, stdout.trimEnd().split("\n")]).toEqual([0, docs.map((name) => name.replace(".md", "")).sort()]);
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

  it("lists every exit code with the meaning that the program gives it", () => {
    const rows = [...page("docs/exit-codes.md").matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => [
      Number(code),
      meaning,
    ]);
    expect(rows).toEqual(Object.values(EXIT).map((code) => [code, exitMeaning(code)]));
  });

  it("names every command", async () => {
    const names = Object.keys(COMMANDS);
    const rows = page("docs/commands.md");
    expect(names.filter((name) => !new RegExp(`^\\| .*\\b${name}\\b`, "m").test(rows))).toEqual([]);
  });

  it("describes every setting of a target", () => {
    for (const [name, { description }] of Object.entries(TARGET_SETTINGS)) {
      expect(page("docs/configuration.md")).toContain(`| \`${name}\` | ${description} |`);
    }
  });

  it("have a page of all actions that the program prints", async () => {
    await expect(actionsPage()).toMatchFileSnapshot(join(root, "docs/actions.md"));
  });

  it("has a tour of the sandbox that leads through each of its folders once", () => {
    const rows = [...read("src/sandbox/README.md").matchAll(/^\| `([^`]+)` \|/gm)].map(([, names = ""]) =>
      names.split(" "),
    );
    const folders = readdirSync(join(root, "src/sandbox"), { withFileTypes: true }).filter((one) => one.isDirectory());
    const named = rows.flat().filter((name) => name.endsWith("/"));
    expect(named.sort()).toEqual(folders.map(({ name }) => `${name}/`).sort());
  });

  const part = (name: string, path = "docs/permissions.md"): string =>
    new RegExp(`<!-- ${name}: begin -->\\n([\\s\\S]*?)\\n<!-- ${name}: end -->`).exec(page(path))?.[1] ?? "";

  it("has every rule of lint", () => {
    const rows = Object.entries(LINT_RULES).map(
      ([id, { name, severity, title }]) => `| ${id} | \`${name}\` | ${severity} | ${title} |`,
    );
    const table = ["| rule | name | severity | what it finds |", "|---|---|---|---|", ...rows].join("\n");
    expect(part("rules", "docs/lint.md")).toBe(table);
  });

  it("has the policy that the program prints", async () => {
    const { stdout } = await vulcanOps(["iam"], { env: { AWS_REGION: "", AWS_DEFAULT_REGION: "", ...NO_FILES } });
    expect(part("policy")).toBe(`\`\`\`json\n${stdout.trimEnd()}\n\`\`\``);
  });

  it("says which statements each command needs", () => {
    const rows = Object.entries<Needs>(NEEDS).flatMap(([name, { writes }]) => {
      if (writes.length === 0) return [];
      const when = [...new Set(writes.map(({ only }) => only))];
      const cells = when.map((one) => {
        const sids = writes.filter(({ only }) => only === one).map(({ sid }) => `\`${sid}\``);
        return one === undefined ? sids.join(", ") : `${one}: ${sids.join(", ")}`;
      });
      const isAll = writes.length === NEEDS.run.writes.length;
      return [`| \`${name}\` | ${isAll ? "all of them, for any runbook" : cells.join("; ")} |`];
    });
    expect(part("needs")).toBe(["| command | writes by |", "|---|---|", ...rows].join("\n"));
  });
});

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
