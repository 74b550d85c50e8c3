import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { COMMANDS } from "../commands/index.ts";
import { parse } from "../src/cli/parse-argv.ts";
import { READS } from "../src/domain/aws/iam-actions.ts";
import { vulcanOps } from "./support/sandbox-harness.ts";

/** What stands in workflows is what this program and this repository have. */
const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pipelines = read("docs/pipelines.md");

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

const example = /```yaml\n# \.github\/workflows\/runbooks\.yml\n([\s\S]*?)```/.exec(pipelines)?.[1] ?? "";
const folder = ".github/workflows";
const workflows: readonly (readonly [string, string])[] = [
  ...readdirSync(join(root, folder)).map((name) => [name, read(`${folder}/${name}`)] as const),
  ["the example for pipelines", example],
];

describe.each(workflows)("%s", (_name, text) => {
  const workflow = parseYaml(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it("is a workflow that may write nothing", () => {
    expect(workflow.on).toBeTypeOf("object");
    expect(workflow.permissions).toMatchObject({ contents: "read" });
    expect(steps.every(({ run, uses }) => (run === undefined) !== (uses === undefined))).toBe(true);
  });

  it("calls commands with flags that there are", async () => {
    const lines = steps.flatMap(({ run }) => run ?? []);
    const ours = lines.flatMap((line) => /(?:npx vulcan-ops|node dist\/main\.js) (.*)/.exec(line)?.[1] ?? []);
    for (const line of ours) expect((await parse(line.split(" "), COMMANDS)).command?.name).toBeDefined();
    expect(ours.length > 0 || lines.some((line) => /^npm (cit|run test:all)$/.test(line))).toBe(true);
  });

  it("calls scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const called = steps.flatMap(({ run }) => /^npm run (?:--silent )?([\w:]+)/.exec(run ?? "")?.[1] ?? []);
    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

it("the container is made of files, scripts and a Node that there are", () => {
  const recipe = read("Dockerfile");
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const called = [...recipe.matchAll(/npm run (\w+)/g)].map(([, name = ""]) => name);
  expect(called.map((name) => scripts[name])).toEqual([expect.stringContaining("build/executable.mjs")]);
  const copied = [...recipe.matchAll(/^COPY (?!--)(.+) \.\/?$/gm)].flatMap(([, files = ""]) => files.split(" "));
  expect(copied).toEqual(["package.json", "package-lock.json", "."]);
  for (const file of copied) expect(existsSync(join(root, file))).toBe(true);
  // What is released and what is in the image is the same Node, and one that is tested.
  const [, node] = /^FROM node:(\d+)-/m.exec(recipe) ?? [];
  const { jobs } = parseYaml(read(`${folder}/release.yml`)) as Workflow;
  const set = Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => step.with?.["node-version"] ?? []));
  expect(new Set(set.map(String))).toEqual(new Set([node]));
  expect(parseYaml(read(`${folder}/test.yml`)).jobs.test.strategy.matrix.node.map(String)).toContain(node);
  // What is not sent to the builder is what is made again there.
  expect(read(".dockerignore").trim().split("\n")).toEqual(["node_modules", "dist", "build/out", ".git"]);
});

it("tests on each Node that the README promises", () => {
  expect(parseYaml(read(`${folder}/test.yml`)).jobs.test.strategy.matrix.node).toEqual([20, 22, 24]);
});

it("check --iam allows exactly the reads of a target that clients let through, and only one lock's parameter", async () => {
  const { code, stdout } = await vulcanOps(["check", "--iam"]);
  const { Statement } = JSON.parse(stdout) as { Statement: { Effect: string; Action: string[]; Resource: string }[] };
  expect(code).toBe(0);
  const ofTargets = READS.filter(({ ofInit, ofJournal, ofFleet }) => (ofInit ?? ofJournal ?? ofFleet) !== true);
  expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual(ofTargets.map(({ action }) => action).sort());
  expect(Statement.every(({ Effect }) => Effect === "Allow")).toBe(true);
  const [lock] = Statement.filter(({ Action }) => Action.some((action) => action === "ssm:GetParameter"));
  expect(lock).toMatchObject({
    Action: ["ssm:GetParameter"],
    Resource: expect.stringContaining("/vulcan-ops/locks/*"),
  });
});
