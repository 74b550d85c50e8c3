import { expect, it } from "vitest";
import { COMMANDS } from "../../commands/index.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { GLOBAL_FLAGS, takeGlobalFlags } from "../../src/cli/global-flags.ts";
import { parse } from "../../src/cli/parse-argv.ts";
import { bar } from "../../src/ui/text/progress-bar.ts";
import { displayOptionsOf } from "../../src/ui/text/style.ts";

it.each(GLOBAL_FLAGS.map(({ flag }) => flag))("--%s stands anywhere, and before the command too", async (flag) => {
  for (const argv of [
    [`--${flag}`, "status"],
    ["status", `--${flag}`],
    ["history", `--${flag}`, "list"],
  ]) {
    await expect(parse(argv, COMMANDS)).resolves.toMatchObject({ command: expect.anything() });
  }
  expect(Object.keys(takeGlobalFlags(["status", `--${flag}`]).env)).toHaveLength(1);
});

it("takes no value of another flag, and no word after --", () => {
  expect(takeGlobalFlags(["run", "x", "--", "--quiet"])).toEqual({
    argv: ["run", "x", "--", "--quiet"],
    flags: [],
    env: {},
  });
});

it("a command that has such a flag of its own gets it", async () => {
  const own = defineCommand({
    name: "own",
    describe: "Own",
    options: { verbose: { type: "boolean", describe: "All" } },
    run: async () => 0 as const,
  });
  const { options } = await parse(["own", "--verbose"], { own: async () => own });
  expect(options).toEqual({ verbose: true });
});

const TERMINAL = { isTTY: true, columns: 80 };
const lookOf = (...argv: string[]) =>
  displayOptionsOf(TERMINAL, { TERM: "xterm", LANG: "C.UTF-8", ...takeGlobalFlags(argv).env });

it("changes how a terminal is written to", () => {
  expect(lookOf()).toMatchObject({ colour: true, live: true });
  expect(lookOf("--no-color")).toMatchObject({ colour: false, live: true });
  expect(lookOf("--plain")).toMatchObject({ live: false, plain: true });
  expect(lookOf("--verbose")).toMatchObject({ verbose: true });
  expect(lookOf("--utc")).toMatchObject({ utcOnly: true });
});

it("a screen reader gets figures for bars", () => {
  expect(bar(2, 3, lookOf("--plain"))).toBe("2/3");
});
