import { expect, it } from "vitest";
import { COMMANDS, TASKS } from "../../commands/index.ts";
import { GLOBAL_FLAGS } from "../../src/cli/global-flags.ts";
import { helpPages } from "../../src/cli/help-pages.ts";
import { quickAnswer } from "../../src/cli/quick-answer.ts";
import { renderHelp } from "../../src/cli/render-help.ts";
import type { HelpPage } from "../../src/domain/help-page.ts";
import { width } from "../../src/ui/text/wrap.ts";

const PAGES = await helpPages(COMMANDS, TASKS);
const page = (name: string): HelpPage => PAGES[name] ?? { title: "", sections: [] };

const NAMES = ["", "rollback", "status", "doctor", "restore", "maintenance", "watch", "lint", "history", "exit-codes"];
const GROUPED = ["migrate", "migrate down", "migrate status", "migrate prove", "sandbox", "sandbox start"];

it.each([...NAMES, ...GROUPED])("the help of %s", async (name) => {
  const file = name === "" ? "program" : name.replace(" ", "-");
  await expect(renderHelp(page(name), 80)).toMatchFileSnapshot(`../golden/help/${file}.txt`);
});

it.each([40, 120])("the help of the program at %i columns", async (columns) => {
  await expect(renderHelp(page(""), columns)).toMatchFileSnapshot(`../golden/help/program-${columns}.txt`);
});

it.each([40, 80, 120])("no line of any page is wider than %i columns, but for a word that is", (columns) => {
  const wide = Object.values(PAGES)
    .flatMap((one) => renderHelp(one, columns).split("\n"))
    .filter((line) => width(line) > columns && line.trim().includes(" "));
  expect(wide).toEqual([]);
});

it("every command stands under one task", () => {
  const listed = TASKS.flatMap(({ commands }) => commands);
  expect(new Set(listed).size).toBe(listed.length);
  expect(Object.keys(COMMANDS).filter((name) => !listed.includes(name))).toEqual([]);
});

it("every command and subcommand has a page of its own, with its own usage", () => {
  const usages = Object.entries(PAGES).flatMap(([name, { sections }]) =>
    sections.filter(({ heading }) => heading === "Usage").map(({ rows }) => `${name}: ${rows[0]?.[0]}`),
  );
  expect(new Set(usages).size).toBe(usages.length);
  expect(usages).toContain("migrate down: vulcan-ops migrate down [N] [options]");
});

const answer = (...argv: string[]) => quickAnswer(argv, 80, { version: () => "1.2.3", help: () => PAGES });

it.each([["--version"], ["-V"], ["version"], ["--no-color", "version"]])("the version: %s", (...argv) => {
  expect(answer(...argv)).toBe("1.2.3\n");
});

it.each([
  [["help"], ""],
  [["--help"], ""],
  [["-h"], ""],
  [["help", "rollback"], "rollback"],
  [["rollback", "--to", "42", "-h"], "rollback"],
  [["help", "migrate", "down"], "migrate down"],
  [["migrate", "down", "--help"], "migrate down"],
  [["help", "migrate", "nope"], "migrate"],
  [["help", "exit-codes", "--plain"], "exit-codes"],
])("%j shows the page of %j", (argv, name) => {
  expect(answer(...argv)).toBe(renderHelp(page(name), 80));
});

it.each([[["help", "rolback"]], [["rollback"]], [[]], [["rolback", "--help"]]])("%j is no page", (argv) => {
  expect(answer(...argv)).toBeUndefined();
});

it("names every flag that all commands take, and the page of the documentation", () => {
  const text = renderHelp(page(""), 80);
  for (const { flag } of GLOBAL_FLAGS) expect(text).toContain(`--${flag}`);
  expect(text).toContain("Documentation: docs/commands.md, by vulcan-ops docs commands");
});
