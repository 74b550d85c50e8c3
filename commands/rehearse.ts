import { usageError } from "../src/domain/error.ts";
import type { Target } from "../src/domain/target.ts";
import type { Command } from "./command.ts";
import { type Context, isAttended } from "./context.ts";
import { openDocument } from "./document.ts";
import { ANSWER_FLAGS, OUTPUT_FLAGS, RUN_FLAGS, STATE_FLAGS } from "./flags.ts";
import { type Given, textOf } from "./given.ts";
import { showOverview } from "./overview.ts";
import { perform } from "./perform.ts";
import { INPUT_FLAG, inputsOf } from "./run.ts";
import { openSite } from "./site.ts";

export const SANDBOX_FLAGS = {
  scenario: { type: "string", describe: "What the world looks like (list: vulcan-ops sandbox scenarios)" },
  speed: { type: "string", describe: "How many times faster than real time it moves (default: 60)" },
  seed: { type: "string", describe: "Seed of everything random in it (default: 1)" },
} as const;

export const rehearse: Command = {
  usage: "rehearse <runbook>",
  describe: "Run a runbook against a fresh sandbox: real requests, real PostgreSQL, no AWS account",
  flags: {
    ...SANDBOX_FLAGS,
    ...INPUT_FLAG,
    "dry-run": RUN_FLAGS["dry-run"],
    "detailed-exitcode": RUN_FLAGS["detailed-exitcode"],
    ...ANSWER_FLAGS,
    ...OUTPUT_FLAGS,
    ...STATE_FLAGS,
  },
  examples: [["vulcan-ops rehearse rollback-service --scenario bad-release", "practise the revert of a bad release"]],
  async run(given, context) {
    const name = textOf(given, "runbook") ?? "";
    const document = await openDocument(name);
    const say = textOf(given, "output") === undefined || textOf(given, "output") === "text";
    const prose = (text: string) => say && context.stderr.write(`${text}\n`);
    prose(
      `Rehearsal: a sandbox on this machine, scenario ${textOf(given, "scenario") ?? "bad-release"}; no AWS account is touched.`,
    );
    const { scenarios, startSandbox } = await import("../src/sandbox/index.ts");
    const sandbox = await startSandbox(worldOf(given, scenarios()));
    try {
      const inside = enter(sandbox.env, context);
      prose(`${await showOverview(await openSite({}, inside, targetOf(sandbox.env)), inside)}\n`);
      if (!isAttended(context))
        prose("Nobody is at a terminal: every question is answered with yes, because the target is a sandbox.");
      const rehearsal = { target: targetOf(sandbox.env), answersItself: true };
      return await perform(
        { document, inputs: inputsOf(given), command: `rehearse ${name}`, rehearsal },
        given,
        inside,
      );
    } finally {
      await sandbox.stop();
    }
  },
};

/** What to ask of a sandbox, or exit 6 where the words do not fit; nothing has been started by then. */
export function worldOf(given: Given, known: readonly { readonly name: string }[]) {
  const scenario = textOf(given, "scenario") ?? "bad-release";
  const names = known.map(({ name }) => name);
  if (!names.includes(scenario)) {
    throw usageError(
      "scenario-unknown",
      `there is no scenario ${JSON.stringify(scenario)}; there are ${names.join(", ")}`,
      ["vulcan-ops sandbox scenarios"],
    );
  }
  return {
    scenario,
    speed: numberOf(given, "speed", 60, 10_000),
    seed: numberOf(given, "seed", 1, 2 ** 31),
  };
}

function numberOf(given: Given, name: string, normal: number, most: number): number {
  const text = textOf(given, name);
  if (text === undefined) return normal;
  const value = Number(text);
  if (/^\d{1,10}(\.\d{1,3})?$/.test(text) && value > 0 && value <= most) return value;
  throw usageError(`${name}-invalid`, `--${name} wants a number up to ${most}, not ${JSON.stringify(text)}`);
}

export function targetOf(env: Readonly<Record<string, string>>): Target {
  const region = env.AWS_REGION ?? "eu-west-1";
  return {
    name: "sandbox",
    region,
    cluster: "vulcan-prod",
    service: "vulcan-prod",
    database: "vulcan-prod",
    production: false,
  };
}

/**
 * The process turns to the sandbox as any client would: by AWS's own variables. What the operator's environment and
 * files say about real accounts is taken away first, so that nothing of it can be reached by mistake.
 */
function enter(env: Readonly<Record<string, string>>, context: Context): Context {
  for (const name of Object.keys(process.env).filter((key) => /^AWS_(?!SDK_)/.test(key))) delete process.env[name];
  Object.assign(process.env, env, { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
  return { ...context, env: process.env };
}
