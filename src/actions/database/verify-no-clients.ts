import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { DatabaseClient } from "../../domain/database/facts.ts";
import type { Values } from "../../domain/field.ts";
import { counted, warn } from "../../domain/finding.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { tasksAlive } from "../ecs/rollout/snapshot.ts";
import { isKnown, trafficOf, whyUnknown } from "./clients.ts";
import { rowsWrittenSince } from "./rows-since.ts";
import { mayContinueUnproven, unproven } from "./unproven.ts";

const inputs = {
  name: { type: "string", description: "Instance that must have no client." },
  since: { type: "time", description: "What it got since then is recorded." },
} as const;

type Inputs = Values<typeof inputs>;

/**
 * Proves that no client writes to an instance any more, and records what would be left behind in it. RDS cannot make
 * one instance read-only, and this program sends no SQL that could. So it lists the clients that are still connected.
 */
export const verifyNoClients = defineAction<ActionServices, typeof inputs, string | undefined>({
  name: "database.verifyNoClients",
  formerly: "database.proveQuiet",
  summary: "Verify that a database has no client, and record its rows since a moment.",
  risk: "read",
  inputs,
  outputs: {
    doubt: { type: "string", required: false, description: "what could not be proven; absent where all was" },
  },
  observe: async (_given, { services, pendingStep }) =>
    pendingStep === undefined
      ? { kind: "observed", value: whyUnknown(services) }
      : { kind: "deferred", until: pendingStep },
  plan: ({ name }, why): StepPlan => ({
    summary: `no client of ${name}`,
    changes: [],
    findings: why === undefined ? [] : [warn("not-proven", `not proven by SQL: ${why}; ECS alone is asked`)],
    outputs: {},
    waitsFor: `no task of the service is left, no session on ${name}, and no row is written`,
  }),
  verify: (given, _attempt, context) => prove(given, context),
});

const POLL_MS = 5000;

async function prove(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { services, clock, deadline, signal, progress } = context;
  let before: number | undefined;
  let unreachableSince: number | undefined;
  for (;;) {
    const [instance, alive] = await Promise.all([services.aws.rds.instance(given.name), tasksAlive(context)]);
    const answer = await trafficOf(services, instance);
    if (alive === 0 && !isKnown(answer)) {
      if (whyUnknown(services) !== undefined) return foreseen(given, answer.why, context);
      unreachableSince ??= clock.now();
      if (!mayContinueUnproven(answer.code, unreachableSince, clock.now())) return withoutProof(given, answer.why);
    } else unreachableSince = undefined;
    const open = isKnown(answer) ? [...tasksText(alive), ...sessionsText(answer.clients)] : tasksText(alive);
    const isStill = isKnown(answer) && answer.written === before;
    if (open.length === 0 && isStill) {
      const marks = await rowsWrittenSince(services, instance, given.since);
      return {
        kind: "true",
        text: `no client of ${given.name}, and no row is written; ${marks}: not in the new database`,
      };
    }
    const isFirst = before === undefined;
    before = isKnown(answer) && open.length === 0 ? answer.written : undefined;
    // Once no client is left, a second read decides. Wait for it even after the deadline.
    if (clock.now() >= deadline && (open.length > 0 || !isFirst))
      return { kind: "false", failure: stillUsed(given, open) };
    progress(
      open.length > 0
        ? open.join("\n")
        : isKnown(answer)
          ? `no client of ${given.name}; checking whether rows are written`
          : `asked again: ${answer.why}`,
    );
    await clock.sleep(POLL_MS, signal);
  }
}

const doubtOf = ({ name }: Inputs, why: string): string => `NOT PROVEN that ${name} has no other writer: ${why}`;

/** The plan has reported this doubt. It is reported again at the confirmation that follows. */
async function foreseen(given: Inputs, why: string, { services }: ActionVerifyContext): Promise<Verdict> {
  const doubt = doubtOf(given, why);
  const marks = await rowsWrittenSince(services, await services.aws.rds.instance(given.name), given.since);
  return { kind: "true", text: `no task of the service is left; ${doubt}; ${marks}`, outputs: { doubt } };
}

/** This proof was set up and failed, so the plan did not warn. The service goes back unless an operator continues. */
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
    evidence: [...evidence, "stop that client, or: SELECT pg_terminate_backend(PID);"],
    next: ["vulcan-ops resume", "vulcan-ops undo"],
  };
}
