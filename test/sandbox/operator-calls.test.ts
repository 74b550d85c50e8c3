import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type AwsCli, awsInOneProcess, awsProgram } from "../support/aws-cli.ts";
import { has } from "../support/process.ts";

/**
 * One call of an operator. The lines of a world follow each other. Exit 254 is a refusal: the value is then what stderr
 * says. A value is JSON or text, `*` stands for anything; `$NAME=` before it keeps the answer for later lines; `~` before
 * it is for what becomes true after a while.
 */
interface Row {
  readonly world: string;
  readonly call: string;
  readonly exit: number;
  readonly query: string;
  readonly value: string;
}

const SCENARIOS = { built: "empty", healthy: "healthy" } as const;

/** Debian's 2.9 and a 1.45 word a refusal by the service with different exit codes. */
const REFUSED = [254, 255];

const LIMIT = 60_000;
const DAY = 24 * 3600 * 1000;

const rows: readonly Row[] = readFileSync(join(import.meta.dirname, "../cases/operator-calls.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [world = "", call = "", exit = "", query = "", value = ""] = line.split("\t");
    return { world, call, exit: Number(exit), query, value };
  });

type Values = Map<string, string>;

const filled = (text: string, values: Values): string =>
  text.replace(/\$(?:\{(\w+)\}|([A-Z]+))/g, (whole, braced, bare) => values.get(braced ?? bare) ?? whole);

const isLike = (glob: string, text: string): boolean =>
  new RegExp(`^${glob.split("*").map(escaped).join("[^]*")}$`).test(text);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Why the answer is wrong, or undefined. */
async function judge(cli: AwsCli, { call, exit, query, value }: Row, values: Values): Promise<string | undefined> {
  const { code, stdout, stderr } = await cli.run(filled(call, values), query === "-" ? undefined : query);
  const isExpected = exit === 0 ? code === 0 : REFUSED.includes(code ?? 0);
  if (!isExpected) return `exit ${code}: ${stderr.trim().slice(-300)}`;
  if (exit !== 0) return isLike(filled(value, values), stderr.trim()) ? undefined : stderr.trim();
  const [, name, wanted = ""] = /^~?(?:\$([A-Z]+)=)?(.*)$/s.exec(value) ?? [];
  const answer = parsed(stdout);
  if (name !== undefined && typeof answer === "string") values.set(name, answer);
  const expected = filled(wanted, values);
  const isRight =
    isDeepStrictEqual(answer, parsed(expected)) ||
    (typeof answer === "string" && isLike(expected, answer)) ||
    expected === "*";
  return isRight ? undefined : `${stdout.trim()}, not ${expected}`;
}

async function judgeInTime(cli: AwsCli, row: Row, values: Values): Promise<string | undefined> {
  const end = Date.now() + LIMIT;
  for (;;) {
    const wrong = await judge(cli, row, values);
    if (wrong === undefined || !row.value.startsWith("~") || Date.now() > end) return wrong;
    await sleep(100);
  }
}

describe.skipIf(!has("aws"))("what operators type, by the AWS CLI", () => {
  const worlds = new Map<string, Sandbox>();
  beforeAll(async () => {
    for (const [world, scenario] of Object.entries(SCENARIOS)) {
      worlds.set(world, await startSandbox({ scenario, speed: 300 }));
    }
  });
  afterAll(async () => {
    await Promise.all([...worlds.values()].map((sandbox) => sandbox.stop()));
  });

  const sandboxOf = (world: string): Sandbox => {
    const sandbox = worlds.get(world);
    if (sandbox === undefined) throw new Error(`no world ${world}`);
    return sandbox;
  };

  it.concurrent.each(Object.keys(SCENARIOS))(
    "in the world `%s` every call is right",
    { timeout: 300_000 },
    async (world) => {
      const sandbox = sandboxOf(world);
      const cli = awsInOneProcess(sandbox);
      const instant = (days: number): string => new Date(sandbox.now() + days * DAY).toISOString();
      const values: Values = new Map([
        ["START", instant(-0.125)],
        ["END", instant(0.25)],
      ]);
      const wrong: string[] = [];
      for (const row of rows.filter((one) => one.world === world)) {
        const reason = await judgeInTime(cli, row, values);
        if (reason !== undefined) wrong.push(`${row.call}\n    ${reason}`);
      }
      cli.close();
      expect(wrong.join("\n"), `${wrong.length} calls are wrong`).toBe("");
    },
  );

  /** That a line means the same to the program itself as to its modules. */
  it("a sample is right by the program, a process for each line", { timeout: 180_000 }, async () => {
    const alone = rows.filter(({ world, call, value }) => world === "healthy" && !/[$~]/.test(`${call}${value}`));
    const sample = alone.filter(({ call }) => / (describe|list)-/.test(call)).slice(0, 12);
    expect(sample).toHaveLength(12);
    const sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
    const cli = awsProgram(sandbox);
    const reasons = await Promise.all(sample.map(async (row) => [row.call, await judge(cli, row, new Map())]));
    await sandbox.stop();
    expect(reasons.filter(([, reason]) => reason !== undefined)).toEqual([]);
  });
});
