import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../commands/index.ts";
import { TARGET_SETTINGS } from "../src/config/schema.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { exitMeaning } from "../src/ui/render/exit-meaning.ts";

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

  it("asks for exactly the permissions that the program uses", () => {
    const [, json = ""] = /### Permissions[\s\S]*?```json\n([\s\S]*?)\n```/.exec(readme) ?? [];
    const asked = JSON.parse(json).Statement.flatMap((statement: { Action: string[] }) => statement.Action);
    const prefix: Record<string, string> = { elb: "elasticloadbalancing", secrets: "secretsmanager" };
    const used = readdirSync(join(root, "src/aws/sdk")).flatMap((file) => {
      const service = file.replace(".ts", "");
      const names = [...read(`src/aws/sdk/${file}`).matchAll(/\b(\w+)Command\b/g)].map(([, name]) => name);
      return names.map((name) => `${prefix[service] ?? service}:${name}`);
    });
    // Passing a role and tagging what is being made come with another operation.
    const called = asked.filter((action: string) => !["iam:PassRole", "ecs:TagResource"].includes(action));
    expect([...called].sort()).toEqual([...used].sort());
  });
});
