import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../commands/index.ts";
import { TARGET_SETTINGS } from "../src/config/schema.ts";
import { ALL_NEEDS, NEEDS, type Needs } from "../src/domain/aws/iam-needs.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { exitMeaning } from "../src/ui/render/exit-meaning.ts";
import { vulcanOps } from "./support/sandbox-harness.ts";

/** What the README claims is what the program does. */
const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");

describe("the README", () => {
  it("shows screens that the program itself made", () => {
    const screens = [...readme.matchAll(/<!-- screen: (\S+) -->\n```text\n([\s\S]*?)\n```/g)];
    expect(screens).toHaveLength(4);
    for (const [, path = "", text = ""] of screens) expect(text).toBe(read(path).trimEnd());
  });

  it("lists every exit code with the meaning that the program gives it", () => {
    const rows = [...readme.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
    expect(rows).toEqual(Object.values(EXIT).map((code) => [code, exitMeaning(code)]));
  });

  it("names every command", async () => {
    const names = Object.keys(COMMANDS);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme.split("## Exit codes")[0] ?? ""))).toEqual(
      [],
    );
  });

  it("describes every setting of a target", () => {
    for (const [name, { description }] of Object.entries(TARGET_SETTINGS)) {
      expect(readme).toContain(`| \`${name}\` | ${description} |`);
    }
  });

  it("has a tour of the sandbox that leads through each of its folders once", () => {
    const rows = [...read("src/sandbox/README.md").matchAll(/^\| `([^`]+)` \|/gm)].map(([, names = ""]) =>
      names.split(" "),
    );
    const folders = readdirSync(join(root, "src/sandbox"), { withFileTypes: true }).filter((one) => one.isDirectory());
    const named = rows.flat().filter((name) => name.endsWith("/"));
    expect(named.sort()).toEqual(folders.map(({ name }) => `${name}/`).sort());
  });

  const part = (name: string): string =>
    new RegExp(`<!-- ${name}: begin -->\\n([\\s\\S]*?)\\n<!-- ${name}: end -->`).exec(readme)?.[1] ?? "";

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
      const isAll = writes.length === ALL_NEEDS.writes.length;
      return [`| \`${name}\` | ${isAll ? "all of them, for any runbook" : cells.join("; ")} |`];
    });
    expect(part("needs")).toBe(["| command | writes by |", "|---|---|", ...rows].join("\n"));
  });
});

/** No configuration and no profile of the machine's own. */
const NO_FILES = {
  VULCAN_OPS_CONFIG: "",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  XDG_CONFIG_HOME: "/nowhere",
};
