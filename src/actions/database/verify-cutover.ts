import { defineAction, type Verdict } from "../../domain/action.ts";
import { commandLine } from "../../domain/command-line.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { counted } from "../../domain/finding.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { isKnown, type TrafficAnswer, trafficOf } from "./clients.ts";
import { mayContinueUnproven, unproven } from "./unproven.ts";

const inputs = {
  left: { type: "string", description: "Database that the service left." },
  taken: { type: "string", description: "Database that the service uses now." },
} as const;

type Inputs = Values<typeof inputs>;

/** Proves where the service is connected: to the new database, and not to the old one. */
export const verifyCutover = defineAction<ActionServices, typeof inputs, null>({
  name: "database.verifyCutover",
  formerly: "database.proveCutover",
  summary: "Verify that the service uses the new database and none the old.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async (_given, { pendingStep }) =>
    pendingStep === undefined ? { kind: "observed", value: null } : { kind: "deferred", until: pendingStep },
  plan: ({ left, taken }) => ({
    summary: `sessions on ${taken}, and none on ${left}`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: `the service is connected to ${taken}, and ${left} has no client`,
  }),
  verify: (given, _attempt, context) => prove(given, context),
});

const POLL_MS = 5000;

async function prove(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { services, clock, deadline, signal, progress } = context;
  let isQuietBefore = false;
  let unreachableSince: number | undefined;
  for (;;) {
    const [old, now] = await Promise.all([trafficOfName(given.left, services), trafficOfName(given.taken, services)]);
    if (!isKnown(now)) {
      if (services.data === undefined)
        return { kind: "true", text: await doubtOf(given, now.why, context), proof: UNPROVEN };
      unreachableSince ??= clock.now();
      if (!mayContinueUnproven(now.code, unreachableSince, clock.now()))
        return withoutProof(await doubtOf(given, now.why, context));
      progress(`asked again: ${now.why}`);
      await clock.sleep(POLL_MS, signal);
      continue;
    }
    unreachableSince = undefined;
    const isQuiet = now.clients.length > 0 && isKnown(old) && old.clients.length === 0;
    const text = `${sessions(given.taken, now)}; ${sessions(given.left, old)}`;
    if (isQuiet && isQuietBefore) return { kind: "true", text, proof: text.replace("; ", ", ") };
    isQuietBefore = isQuiet;
    if (clock.now() >= deadline && !isQuiet) return outOfTime(given, text, old, now);
    progress(text);
    await clock.sleep(POLL_MS, signal);
  }
}

/** SQL is not set up, so nothing shows which database the sessions are on. */
const UNPROVEN = "connections not proven";

const trafficOfName = async (name: string, services: ActionServices): Promise<TrafficAnswer> =>
  trafficOf(services, await services.aws.rds.instance(name).catch(() => undefined));

const sessions = (name: string, answer: TrafficAnswer): string =>
  isKnown(answer) ? `${counted(answer.clients.length, "session")} on ${name}` : `${name} does not tell (${answer.why})`;

/** If the old database cannot be reached, it takes no writes from here either. But that is no proof. */
function outOfTime({ left, taken }: Inputs, text: string, old: TrafficAnswer, now: TrafficAnswer): Verdict {
  if (isKnown(now) && now.clients.length > 0 && !isKnown(old))
    return withoutProof(`${text}: NOT PROVEN that ${left} has no client`);
  const failure = {
    reason: "sessions-elsewhere",
    text: `the service uses the wrong database: ${text}`,
    evidence: isKnown(old)
      ? old.clients.map(({ pid, user, application }) => `${left}: PID ${pid} ${user} ${application}`)
      : [],
    next: [
      "vulcan-ops resume",
      "vulcan-ops undo",
      commandLine`aws rds describe-db-instances --db-instance-identifier ${taken}`,
    ],
  };
  return { kind: "false", failure };
}

/** The service uses the new database already, and the next steps protect it. Run them; `resume` proves it later. */
const withoutProof = (text: string): Verdict => unproven("again", "cutover-unproven", text);

/** Without SQL, Vulcan itself may report the newest migration of its schema. */
async function doubtOf({ taken }: Inputs, why: string, { services }: ActionVerifyContext): Promise<string> {
  const newest = await services.schema.migrations().then(
    ({ applied, answeredBy }) =>
      answeredBy === "api"
        ? `; the service itself lists migration ${applied.at(-1)?.version ?? "none"} as its newest`
        : "",
    (error: unknown) => {
      if (error instanceof OpsError) return "";
      throw error;
    },
  );
  return `NOT PROVEN by SQL that the service is connected to ${taken}: ${why}${newest}. From inside: vulcan-ops migrate status --from container`;
}
