import { expect, it } from "vitest";
import { COMMANDS } from "../../commands/index.ts";
import { complete } from "../../src/cli/complete.ts";
import { completionTable } from "../../src/cli/completion-table.ts";
import { candidateLines } from "../../src/cli/shell-completion.ts";
import { typedWords } from "../../src/cli/typed-words.ts";
import type { LiveValues } from "../../src/domain/completion.ts";
import { MAJORS } from "../../src/postgres/majors.ts";

const table = await completionTable(COMMANDS, {
  lists: { scenario: [{ value: "healthy" }, { value: "bad-release" }], runbook: [{ value: "rollback-service" }] },
  inputs: {
    "rollback-service": [
      { name: "to", about: "Revision", completes: ["revision"] },
      { name: "by", about: "How", choices: ["auto", "update"] },
    ],
  },
});

const live: LiveValues = {
  async of(kind, given) {
    if (kind === "revision") return given.target === "staging" ? [{ value: "7" }] : [{ value: "42" }, { value: "41" }];
    if (kind === "path") return [{ value: "rollback.plan.json" }];
    if (kind === "target") return [{ value: "prod" }, { value: "staging" }];
    if (kind === "execution") return [{ value: given.command === "undo" ? "undoable" : "any" }];
    return [];
  },
  inputs: async (runbook) => (runbook === "own.yaml" ? [{ name: "tasks", about: "How many" }] : []),
};

const at = async (line: string): Promise<readonly string[]> =>
  (await complete(typedWords(line).slice(1), table, live)).map(({ value }) => value);

it.each([
  ["vulcan-ops roll", ["rollback"]],
  ["vulcan-ops migrate ", ["status", "down", "new", "prove"]],
  ["vulcan-ops history ex", ["export"]],
  ["vulcan-ops --plain roll", ["rollback"]],
  ["vulcan-ops help migrate ", ["status", "down", "new", "prove"]],
  ["vulcan-ops help roll", ["rollback"]],
  ["vulcan-ops rollback --to ", ["42", "41"]],
  ["vulcan-ops rollback --target staging --to ", ["7"]],
  ["vulcan-ops rollback --to=4", ["--to=42", "--to=41"]],
  ["vulcan-ops rollback --target s", ["staging"]],
  ["vulcan-ops rollback --out", ["--output"]],
  ["vulcan-ops rollback --output js", ["json"]],
  ["vulcan-ops rollback --dry", ["--dry-run", "--dry-run=read"]],
  ["vulcan-ops rollback --yes --ye", []],
  ["vulcan-ops rollback --confirm 42 --conf", ["--confirm"]],
  ["vulcan-ops undo ", ["undoable"]],
  ["vulcan-ops show ", ["any"]],
  ["vulcan-ops show any ", []],
  ["vulcan-ops rehearse roll", ["rollback-service"]],
  ["vulcan-ops rehearse rollback-service --scenario ba", ["bad-release"]],
  ["vulcan-ops run rollback-service --input ", ["to=", "by="]],
  ["vulcan-ops run rollback-service --input by=u", ["by=update"]],
  ["vulcan-ops run rollback-service --input to=4", ["to=42", "to=41"]],
  ["vulcan-ops run own.yaml --input t", ["tasks="]],
  ["vulcan-ops completion ", ["bash", "zsh", "fish"]],
  ["vulcan-ops report last --format h", ["html"]],
  ["vulcan-ops migrate status --from ", ["api", "sql", "container"]],
  ["vulcan-ops plan rollback-service --dry-run=s", ["--dry-run=sandbox"]],
  ["vulcan-ops nope ", []],
  ["vulcan-ops rollback -- ", []],
])("%s", async (line, values) => {
  expect(await at(line)).toEqual(values);
});

it("offers the majors of PostgreSQL that can be run", async () => {
  const majors = MAJORS.map(({ major }) => String(major));
  for (const command of ["lint", "migrate new", "migrate prove"])
    expect(await at(`vulcan-ops ${command} --postgres `)).toEqual(majors);
});

it("offers files where a plan is wanted", async () => {
  expect(await at("vulcan-ops approve ")).toEqual(["rollback.plan.json"]);
});

it("knows each command and each of its flags", async () => {
  for (const [name, { options }] of Object.entries(table.commands).filter(([word]) => !["", "help"].includes(word))) {
    const flags = options.filter(({ isArgument }) => isArgument !== true).map((one) => `--${one.name}`);
    const found = await at(`vulcan-ops ${name} -`);
    expect(found).toEqual(expect.arrayContaining([...flags, "--help", "--quiet"]));
  }
  expect(await at("vulcan-ops ")).toEqual([...Object.keys(COMMANDS), "help", "version"]);
});

it("reads a line as a shell does, and gives bash words that it cannot expand", () => {
  expect(typedWords("vulcan-ops run 'my file'.yaml a\\ b \"c d")).toEqual([
    "vulcan-ops",
    "run",
    "my file.yaml",
    "a b",
    "c d",
  ]);
  expect(typedWords("vulcan-ops ")).toEqual(["vulcan-ops", ""]);
  const candidates = [{ value: "$(rm -r x)" }, { value: "a\nb" }, { value: "to=vulcan-prod:42", about: "x\ty" }];
  expect(candidateLines("bash", candidates.slice(1), "to=vulcan-prod:4", " =:")).toEqual(["42"]);
  expect(candidateLines("bash", candidates.slice(0, 1), "", " =:")).toEqual(["\\$\\(rm\\ -r\\ x\\)"]);
  expect(candidateLines("fish", candidates, "", "")).toEqual(["$(rm -r x)", "to=vulcan-prod:42\tx y"]);
});
