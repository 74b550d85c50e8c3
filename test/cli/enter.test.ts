import { expect, it } from "vitest";
import { defineCommand } from "../../src/cli/command.ts";
import type { Process } from "../../src/cli/process-context.ts";
import { runCommandLine } from "../../src/cli/run-command-line.ts";
import { guardError } from "../../src/domain/error.ts";

const guarded = (options: object) =>
  defineCommand({
    name: "change",
    describe: "Change",
    options: options as never,
    run: async () => {
      throw guardError("test", "a guard stops it", ["vulcan-ops status"]);
    },
  });

const WRITES = { yes: { type: "boolean", describe: "Yes" } };

/** What a menu that enters the command prints where the command fails. */
async function failureOf(options: object): Promise<string> {
  const parts: string[] = [];
  const stream = (keep: (text: string) => void) => ({ isTTY: false, columns: 80, write: keep });
  const menu = defineCommand({
    name: "",
    describe: "Menu",
    options: {},
    run: async (_, context) => context.enter(guarded(options), { yes: false }),
  });
  const outside = {
    env: {},
    stdin: { isTTY: false },
    stdout: stream(() => undefined),
    stderr: stream((text) => void parts.push(text)),
    stop: new AbortController().signal,
  } as unknown as Process;
  await runCommandLine([], { commands: {}, bare: async () => menu }, outside);
  return parts.join("");
}

it("an error of a command that a menu runs says whether anything changed, as the command alone does", async () => {
  expect(await failureOf(WRITES)).toContain("No changes made.");
  expect(await failureOf({})).not.toContain("No changes made.");
});
