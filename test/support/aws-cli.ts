import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { type Ended, shell } from "./process.ts";

type Result = Pick<Ended, "code" | "stdout" | "stderr">;

/** Runs `aws …` lines against a sandbox. A query is JMESPath, as for `--query`. */
export interface AwsCli {
  run(line: string, query?: string): Promise<Result>;
  close(): void;
}

const environment = ({ env }: Sandbox): NodeJS.ProcessEnv => ({
  ...process.env,
  ...env,
  AWS_PROFILE: undefined,
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_MAX_ATTEMPTS: "1",
  AWS_PAGER: "",
  PYTHONWARNINGS: "ignore",
});

/** The program itself: a process for each line. */
export const awsProgram = (sandbox: Sandbox): AwsCli => ({
  run: (line, query) => {
    const wanted = query === undefined ? "" : `--query '${query.replaceAll("'", "'\\''")}'`;
    return shell(`${line} ${wanted} --output json --endpoint-url ${sandbox.endpoint}`, environment(sandbox));
  },
  close: () => undefined,
});

/** The same program's modules in one Python process, where a Python is there that has them; else the program. */
export function awsInOneProcess(sandbox: Sandbox): AwsCli {
  const python = pythonOfAws();
  if (python === undefined) return awsProgram(sandbox);
  const worker = spawn(python, [join(import.meta.dirname, "aws-cli-worker.py")], {
    env: environment(sandbox),
    stdio: ["pipe", "pipe", "pipe"],
  });
  return { run: converse(worker, sandbox.endpoint), close: () => worker.stdin.end() };
}

/** Debian's `aws` names its interpreter; a shim or a bundle does not. */
function pythonOfAws(): string | undefined {
  const path = spawnSync("sh", ["-c", "command -v aws"], { encoding: "utf8" }).stdout.trim();
  const [, own] = /^#!(\/\S*python\S*)/.exec(path === "" ? "" : readFileSync(realpathSync(path), "latin1")) ?? [];
  const candidates = [own, "python3", "/usr/bin/python3"].filter((one) => one !== undefined);
  return candidates.find((one) => spawnSync(one, ["-c", "import awscli.clidriver"]).status === 0);
}

/** One line at a time: answers come in the order of the lines. */
function converse(worker: ChildProcessWithoutNullStreams, endpoint: string): AwsCli["run"] {
  const waiting: ((result: Result) => void)[] = [];
  let complaints = "";
  worker.stderr.on("data", (part: Buffer) => {
    complaints += part;
  });
  createInterface(worker.stdout).on("line", (line) => waiting.shift()?.(JSON.parse(line) as Result));
  worker.once("close", (code) => {
    for (const resolve of waiting.splice(0))
      resolve({ code, stdout: "", stderr: `the CLI's worker ended: ${complaints}` });
  });
  return (line, query) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      worker.stdin.write(`${JSON.stringify({ line, query, endpoint })}\n`);
    });
}
