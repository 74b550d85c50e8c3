import { defineAction, type Verdict } from "../../domain/action.ts";
import { commandLine } from "../../domain/command-line.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { counted } from "../../domain/finding.ts";
import type { Wait, World } from "../../domain/services.ts";
import { type Asked, isTold, trafficOf } from "./clients.ts";
import { mayPass, unproven } from "./unproven.ts";

const inputs = {
  left: { type: "string", description: "The database that the service has left." },
  taken: { type: "string", description: "The database that it uses now." },
} as const;

type Inputs = Values<typeof inputs>;

/** Proves where the service is connected: to the new database, and not to the old one. */
export const proveCutover = defineAction<World, typeof inputs, null>({
  name: "database.proveCutover",
  summary: "Prove that the service is connected to the database that it went to, and nobody to the one it left.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async (_given, { ahead }) =>
    ahead === undefined ? { kind: "observed", value: null } : { kind: "deferred", until: ahead },
  plan: ({ left, taken }) => ({
    summary: `sessions on ${taken}, and none on ${left}`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: `the service is connected to ${taken}, and nobody to ${left}`,
  }),
  verify: (given, _attempt, waiting) => prove(given, waiting),
});

const POLL_MS = 5000;

async function prove(given: Inputs, waiting: Wait): Promise<Verdict> {
  const { world, clock, deadline, signal, progress } = waiting;
  let isQuietBefore = false;
  let dark: number | undefined;
  for (;;) {
    const [old, now] = await Promise.all([trafficOfName(given.left, world), trafficOfName(given.taken, world)]);
    if (!isTold(now)) {
      if (world.data === undefined) return { kind: "true", text: await doubtOf(given, now.why, waiting) };
      dark ??= clock.now();
      if (!mayPass(now.code, dark, clock.now())) return withoutProof(await doubtOf(given, now.why, waiting));
      progress(`asked again: ${now.why}`);
      await clock.sleep(POLL_MS, signal);
      continue;
    }
    dark = undefined;
    const isQuiet = now.clients.length > 0 && isTold(old) && old.clients.length === 0;
    const text = `${sessions(given.taken, now)}; ${sessions(given.left, old)}`;
    if (isQuiet && isQuietBefore) return { kind: "true", text };
    isQuietBefore = isQuiet;
    if (clock.now() >= deadline && !isQuiet) return outOfTime(given, text, old, now);
    progress(text);
    await clock.sleep(POLL_MS, signal);
  }
}

const trafficOfName = async (name: string, world: World): Promise<Asked> =>
  trafficOf(world, await world.aws.rds.instance(name).catch(() => undefined));

const sessions = (name: string, asked: Asked): string =>
  isTold(asked) ? `${counted(asked.clients.length, "session")} on ${name}` : `${name} does not tell (${asked.why})`;

/** One that nobody can reach takes no writes from here either, but that is no proof. */
function outOfTime({ left, taken }: Inputs, text: string, old: Asked, now: Asked): Verdict {
  if (isTold(now) && now.clients.length > 0 && !isTold(old))
    return withoutProof(`${text}: that nobody uses ${left} is NOT PROVEN`);
  const failure = {
    reason: "sessions-elsewhere",
    text: `the service is not where it should be: ${text}`,
    evidence: isTold(old)
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

/** The service serves from there, and what is left to do protects it: that is done, and `resume` proves it later. */
const withoutProof = (text: string): Verdict => unproven("again", "cutover-unproven", text);

/** Without SQL, Vulcan itself may say which schema it works on. */
async function doubtOf({ taken }: Inputs, why: string, { world }: Wait): Promise<string> {
  const newest = await world.schema.migrations().then(
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
