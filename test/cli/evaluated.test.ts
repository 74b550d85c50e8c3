import { expect, it } from "vitest";
import { defineCommand } from "../../src/cli/command.ts";
import type { Process } from "../../src/cli/process-context.ts";
import { runCommandLine } from "../../src/cli/run-command-line.ts";
import { usageError } from "../../src/domain/error.ts";

const failing = defineCommand({
  name: "sandbox start",
  describe: "Start",
  options: { foreground: { type: "boolean", describe: "Stay" } },
  run: async () => {
    throw usageError("test", "it does not start");
  },
});

const sandbox = async () => ({ name: "sandbox", describe: "Sandbox", commands: { start: async () => failing } });

async function stdoutOf(argv: readonly string[], group = sandbox): Promise<string> {
  const parts: string[] = [];
  const stream = (keep: (text: string) => void) => ({ isTTY: false, columns: 80, write: keep });
  const outside = {
    env: {},
    cwd: "/",
    stdin: { isTTY: false },
    stdout: stream((text) => void parts.push(text)),
    stderr: stream(() => undefined),
    ids: { execution: () => "x" },
    stop: new AbortController().signal,
  } as unknown as Process;
  await runCommandLine(argv, { commands: { sandbox: group }, bare: async () => failing }, outside);
  return parts.join("");
}

it.each([["sandbox start"], ["--plain sandbox start"], ["sandbox --no-color start"], ["--quiet --utc sandbox start"]])(
  "eval of %s, which fails, gives the shell a command that fails",
  async (line) => {
    expect(await stdoutOf(line.split(" "))).toBe("false\n");
  },
);

it("a start that succeeds prints no more than its variables", async () => {
  const works = { ...failing, run: async () => 0 as const };
  const working = async () => ({ name: "sandbox", describe: "Sandbox", commands: { start: async () => works } });
  expect(await stdoutOf(["sandbox", "start"], working)).toBe("");
});

it.each([["sandbox start --foreground"], ["sandbox"]])("%s is not evaluated", async (line) => {
  expect(await stdoutOf(line.split(" "))).toBe("");
});
