import { describe, expect, it } from "vitest";
import { COMMANDS, TASKS } from "../commands/index.ts";
import { helpPages } from "../src/cli/help-pages.ts";
import { parse } from "../src/cli/parse-argv.ts";
import { quickAnswer } from "../src/cli/quick-answer.ts";
import { asPasted } from "../src/domain/aws/pasted-line.ts";
import { shellWords } from "../src/ui/text/wrap-command.ts";
import { printedCommands } from "./support/printed-commands.ts";

const { commands, raw } = printedCommands();

it("no value is put into a command but by commandLine, which quotes it", () => {
  expect(raw).toEqual([]);
});

/** The words of the line. A value in it may be a word, or as many words as there are. */
const argvOf = (line: string, value: string): string[] =>
  shellWords(
    line
      .replace(/ > \S+$/, "")
      .split(" && ")[0]
      ?.replace("vulcan-ops …", "vulcan-ops rollback")
      .replace(" … ", " ")
      .replace("--help", "")
      .replaceAll("§", value) ?? "",
  )
    .slice(1)
    .map((word) => word.replaceAll("'", ""));

const HELP = await helpPages(COMMANDS, TASKS);

/** Help and version are answered before any command loads; `COMMAND` is a word for any of them. */
const isAnswered = (argv: readonly string[]): boolean =>
  quickAnswer(
    argv.map((word) => (word === "COMMAND" ? "rollback" : word)),
    80,
    { version: () => "", help: () => HELP },
  ) !== undefined;

const isKnown = async (argv: readonly string[]): Promise<boolean> =>
  isAnswered(argv) ||
  parse(argv, COMMANDS).then(
    () => true,
    () => false,
  );

it("every command of ours that is printed has the words and flags that it knows", async () => {
  const ours = commands.filter(({ line }) => line.startsWith("vulcan-ops "));
  expect(ours.length).toBeGreaterThan(100);
  const wrong: string[] = [];
  for (const { path, line } of ours) {
    if (!(await isKnown(argvOf(line, "7"))) && !(await isKnown(argvOf(line, "")))) wrong.push(`${path}: ${line}`);
  }
  expect(wrong).toEqual([]);
});

describe("a line for the AWS CLI", () => {
  const prod = { profile: "prod", region: "eu-west-1" };
  it.each([
    ["aws ecs describe-tasks --cluster c", "aws --profile prod --region eu-west-1 ecs describe-tasks --cluster c"],
    ["aws rds x --region us-east-1", "aws --profile prod rds x --region us-east-1"],
    [
      "aws ecs x --region r | jq '. | aws y' && aws ecs z",
      "aws --profile prod ecs x --region r | jq '. | aws y' && aws --profile prod ecs z",
    ],
    ["aws sso login", "aws --profile prod sso login"],
    ["vulcan-ops status", "vulcan-ops status"],
    ["run it again: aws sts get-caller-identity", "run it again: aws sts get-caller-identity"],
  ])("goes where this program goes: %s", (line, pasted) => {
    expect(asPasted(line, prod)).toBe(pasted);
    expect(asPasted(line, {})).toBe(line);
  });

  it("keeps the name of a profile one word", () => {
    expect(asPasted("aws sts x", { profile: "a;touch b" })).toBe("aws --profile 'a;touch b' sts x");
  });
});
