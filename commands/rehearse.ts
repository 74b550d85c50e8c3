import { perform } from "../src/app/execution/run-runbook.ts";
import { openDocument } from "../src/app/open-runbook.ts";
import { showOverview } from "../src/app/status/read.ts";
import { WEBHOOK_VARIABLE } from "../src/app/target/notifying-gateway.ts";
import { openSite } from "../src/app/target/open.ts";
import type { Command } from "../src/cli/command.ts";
import { ANSWER_FLAGS, DATABASE_FLAGS, OUTPUT_FLAGS, RUN_FLAGS, STATE_FLAGS } from "../src/cli/flags.ts";
import { type Given, textOf } from "../src/cli/options.ts";
import { asksPeople, isForPeople, remark } from "../src/cli/output.ts";
import type { Context } from "../src/cli/process-context.ts";
import { usageError } from "../src/domain/error.ts";
import type { Target } from "../src/domain/target.ts";
import { INPUT_FLAG, inputsOf } from "./run.ts";
import { TIMING_FLAG, timingsOf } from "./sandbox/timings.ts";

export const SANDBOX_FLAGS = {
  scenario: { type: "string", describe: "What the world looks like (list: vulcan-ops sandbox scenarios)" },
  speed: { type: "string", describe: "How many times faster than real time it moves (default: 60)" },
  seed: { type: "string", describe: "Seed of everything random in it (default: 1)" },
  ...TIMING_FLAG,
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
    ...DATABASE_FLAGS,
    ...OUTPUT_FLAGS,
    ...STATE_FLAGS,
  },
  examples: [["vulcan-ops rehearse rollback-service --scenario bad-release", "practise the revert of a bad release"]],
  async run(given, context) {
    const name = textOf(given, "runbook") ?? "";
    const document = await openDocument(name);
    const { readTimings, scenarios, startSandbox } = await import("../src/sandbox/index.ts");
    const world = { ...worldOf(given, scenarios()), timings: timingsOf(given, readTimings) };
    const say = (text: string) => remark(text, given, context);
    say(`Rehearsal: a sandbox on this machine, scenario ${world.scenario}. No AWS account is touched.`);
    const sandbox = await startSandbox(world);
    try {
      const inside = enter(sandbox.env, context);
      const target = targetOf(sandbox.env, sandbox.loadBalancer);
      const overview = await showOverview(await openSite({}, inside, target), given, inside);
      if (isForPeople(given)) context.stderr.write(`${overview}\n\n`);
      if (!asksPeople(given, context)) say(ANSWERS_ITSELF);
      const rehearsal = { target, answersItself: true };
      const order = { document, inputs: inputsOf(given), command: `rehearse ${name}`, rehearsal };
      const code = await perform(order, given, inside);
      say("The sandbox is gone, and its world with it. One that stays: vulcan-ops sandbox start");
      return code;
    } finally {
      await sandbox.stop();
    }
  },
};

const ANSWERS_ITSELF = "Nobody is asked: every question is answered with yes, because the target is a sandbox.";

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

/** The account of every sandbox: pinned, so that nothing meant for it can reach another. */
export const SANDBOX_ACCOUNT = "111122223333";

export function targetOf(env: Readonly<Record<string, string>>, adminUrl: string): Target {
  const region = env.AWS_REGION ?? "eu-west-1";
  return {
    name: "sandbox",
    account: SANDBOX_ACCOUNT,
    region,
    cluster: "vulcan-prod",
    service: "vulcan-prod",
    database: "vulcan-prod",
    adminUrl,
    production: false,
  };
}

/**
 * The process turns to the sandbox as any client would: by AWS's own variables. What the operator's environment and
 * files say about real accounts is taken away first, so that nothing of it can be reached by mistake.
 */
export function enter(env: Readonly<Record<string, string>>, context: Context): Context {
  for (const name of Object.keys(process.env).filter((key) => /^AWS_(?!SDK_)/.test(key))) delete process.env[name];
  // Whoever reads along there is not told of a world on this machine.
  delete process.env[WEBHOOK_VARIABLE];
  Object.assign(process.env, env, { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
  return { ...context, env: process.env };
}
