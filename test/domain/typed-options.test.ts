import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../commands/index.ts";
import { type CommandList, isGroup } from "../../src/cli/command.ts";
import { asTyped, TAKEN, TYPED_NAMES } from "../../src/domain/typed-options.ts";

const TYPED = {
  target: ["--target", "my staging"],
  profile: ["--profile=-p"],
  region: ["--region", "eu-west-1"],
  "state-dir": ["--state-dir", "./s"],
};
const ALL = "--target 'my staging' --profile=-p --region eu-west-1 --state-dir ./s";

describe("a command that is printed", () => {
  it.each([
    ["vulcan-ops doctor", `vulcan-ops doctor ${ALL}`],
    ["vulcan-ops rollback --to 42 --dry-run", `vulcan-ops rollback --to 42 --dry-run ${ALL}`],
    ["vulcan-ops migrate down … --container NAME", `vulcan-ops migrate down … --container NAME ${ALL}`],
    ["vulcan-ops migrate status", "vulcan-ops migrate status --target 'my staging' --profile=-p --region eu-west-1"],
    ["vulcan-ops resume k7m2", "vulcan-ops resume k7m2 --profile=-p --state-dir ./s"],
    ["vulcan-ops fleet plan f.yaml -o DIR", "vulcan-ops fleet plan f.yaml -o DIR --profile=-p --state-dir ./s"],
    ["vulcan-ops show k7m2 > 'a > b'", "vulcan-ops show k7m2 --state-dir ./s > 'a > b'"],
    ["vulcan-ops show 'a > b'", "vulcan-ops show 'a > b' --state-dir ./s"],
    ["vulcan-ops history", "vulcan-ops history --target 'my staging' --state-dir ./s"],
    ["vulcan-ops resume k7m2 --profile NAME", "vulcan-ops resume k7m2 --profile NAME --state-dir ./s"],
    [
      "vulcan-ops status --state-dir ./s",
      "vulcan-ops status --state-dir ./s --target 'my staging' --profile=-p --region eu-west-1",
    ],
    ['vulcan-ops rollback --to "$(aws ecs x | y)"', `vulcan-ops rollback --to "$(aws ecs x | y)" ${ALL}`],
    ["vulcan-ops show 'it'\\''s'", "vulcan-ops show 'it'\\''s' --state-dir ./s"],
    ["vulcan-ops run --help", "vulcan-ops run --help"],
    ["vulcan-ops rehearse rollback-service", "vulcan-ops rehearse rollback-service"],
    ["vulcan-ops", "vulcan-ops"],
    ["vulcan-ops status shows it.", "vulcan-ops status shows it."],
    ["vulcan-ops.yaml, targets:  container: NAME", "vulcan-ops.yaml, targets:  container: NAME"],
    ["aws sts get-caller-identity", "aws sts get-caller-identity"],
  ])("repeats what was typed, where it takes that: %s", (line, typed) => {
    expect(asTyped(line, TYPED)).toBe(typed);
    expect(asTyped(line, {})).toBe(line);
    expect(asTyped(typed, TYPED)).toBe(typed);
  });
});

it("every command is known that takes any of them, with exactly those", async () => {
  const taken: Record<string, readonly string[]> = {};
  const look = async (commands: CommandList, before = ""): Promise<void> => {
    for (const [word, load] of Object.entries(commands)) {
      const one = await load();
      if (isGroup(one)) {
        await look(one.commands, `${before}${word} `);
        if (one.bare !== undefined && !Object.hasOwn(taken, `${before}${word} list`))
          await look({ [word]: one.bare }, before);
      } else taken[`${before}${word}`] = TYPED_NAMES.filter((option) => Object.hasOwn(one.options, option));
    }
  };
  await look(COMMANDS);
  for (const [name, options] of Object.entries(TAKEN))
    expect([name, taken[name] ?? taken[`${name} list`]]).toEqual([name, options]);
  const unnamed = Object.entries(taken).filter(([name, options]) => options.length > 0 && TAKEN[name] === undefined);
  expect(
    unnamed
      .map(([name]) => name.split(" ")[0])
      .filter((name) => !["sandbox", "rehearse", "history"].includes(name ?? "")),
  ).toEqual([]);
});
