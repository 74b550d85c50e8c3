import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { DatabaseClient } from "../../domain/database/facts.ts";
import type { Values } from "../../domain/field.ts";
import { counted, warn } from "../../domain/finding.ts";
import type { Wait, World } from "../../domain/services.ts";
import { tasksAlive } from "../ecs/rollout/snapshot.ts";
import { isTold, trafficOf, whyUntold } from "./clients.ts";
import { gotSince } from "./rows-since.ts";
import { mayPass, unproven } from "./unproven.ts";

const inputs = {
  name: { type: "string", description: "The instance that nobody may write to any more." },
  since: { type: "time", description: "What it got since then is recorded." },
} as const;

type Inputs = Values<typeof inputs>;

/**
 * Proves that an instance is not written any more, and records what would be left behind in it. RDS cannot make one
 * instance read-only, and SQL that could is nothing this program sends: so whoever is still connected is named instead.
 */
export const proveQuiet = defineAction<World, typeof inputs, string | undefined>({
  name: "database.proveQuiet",
  summary: "Prove that nobody is connected to a database any more, and record what it got since a moment.",
  risk: "read",
  inputs,
  outputs: {
    doubt: { type: "string", required: false, description: "what could not be proven; absent where all was" },
  },
  observe: async (_given, { world, ahead }) =>
    ahead === undefined ? { kind: "observed", value: whyUntold(world) } : { kind: "deferred", until: ahead },
  plan: ({ name }, why): StepPlan => ({
    summary: `nobody writes to ${name} any more`,
    changes: [],
    findings: why === undefined ? [] : [warn("not-proven", `not proven by SQL: ${why}; ECS alone is asked`)],
    outputs: {},
    waitsFor: `no task of the service is left, no session on ${name}, and no row is written`,
  }),
  verify: (given, _attempt, waiting) => prove(given, waiting),
});

const POLL_MS = 5000;

async function prove(given: Inputs, waiting: Wait): Promise<Verdict> {
  const { world, clock, deadline, signal, progress } = waiting;
  let before: number | undefined;
  let dark: number | undefined;
  for (;;) {
    const [instance, alive] = await Promise.all([world.aws.rds.instance(given.name), tasksAlive(waiting)]);
    const asked = await trafficOf(world, instance);
    if (alive === 0 && !isTold(asked)) {
      if (whyUntold(world) !== undefined) return foreseen(given, asked.why, waiting);
      dark ??= clock.now();
      if (!mayPass(asked.code, dark, clock.now())) return withoutProof(given, asked.why);
    } else dark = undefined;
    const open = isTold(asked) ? [...tasksText(alive), ...sessionsText(asked.clients)] : tasksText(alive);
    const isStill = isTold(asked) && asked.written === before;
    if (open.length === 0 && isStill) {
      const marks = await gotSince(world, instance, given.since);
      return {
        kind: "true",
        text: `nobody is connected to ${given.name}, and no row is written; ${marks}: that stays there`,
      };
    }
    const isFirst = before === undefined;
    before = isTold(asked) && open.length === 0 ? asked.written : undefined;
    // Once nobody is left, a second look decides: it is worth waiting for.
    if (clock.now() >= deadline && (open.length > 0 || !isFirst))
      return { kind: "false", failure: stillUsed(given, open) };
    progress(
      open.length > 0
        ? open.join("\n")
        : isTold(asked)
          ? `nobody is connected to ${given.name}; looking whether rows are written`
          : `asked again: ${asked.why}`,
    );
    await clock.sleep(POLL_MS, signal);
  }
}

const doubtOf = ({ name }: Inputs, why: string): string => `that nobody else writes to ${name} is NOT PROVEN: ${why}`;

/** The plan has said so, and it is said again at the question that follows. */
async function foreseen(given: Inputs, why: string, { world }: Wait): Promise<Verdict> {
  const doubt = doubtOf(given, why);
  const marks = await gotSince(world, await world.aws.rds.instance(given.name), given.since);
  return { kind: "true", text: `no task of the service is left; ${doubt}; ${marks}`, outputs: { doubt } };
}

/** What was set up and failed was not foreseen: unless an operator goes on, the service gets back what it had. */
function withoutProof(given: Inputs, why: string): Verdict {
  const doubt = doubtOf(given, why);
  return { ...unproven("stop", "quiet-unproven", doubt), outputs: { doubt } };
}

const tasksText = (alive: number): string[] =>
  alive === 0 ? [] : [`${counted(alive, "task")} of the service ${alive === 1 ? "is" : "are"} left`];

const sessionsText = (clients: readonly DatabaseClient[]): string[] =>
  clients.map(
    ({ pid, user, application, address }) =>
      `PID ${pid} is connected: user ${user}${application === "" ? "" : `, ${application}`}${address === undefined ? "" : `, from ${address}`}`,
  );

function stillUsed({ name }: Inputs, open: readonly string[]) {
  const evidence = open.length === 0 ? ["rows are still being written, though no session shows"] : open;
  return {
    reason: "database-in-use",
    text: `${name} is still used: ${evidence[0]}${evidence.length > 1 ? `, and ${evidence.length - 1} more` : ""}`,
    evidence: [...evidence, "whoever it is has to stop, or: SELECT pg_terminate_backend(PID);"],
    next: ["vulcan-ops resume", "vulcan-ops undo"],
  };
}
