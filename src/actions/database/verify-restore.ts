import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Endpoint } from "../../domain/aws/rds.ts";
import type { DataFacts, DataReads } from "../../domain/database/facts.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { warn } from "../../domain/finding.ts";
import type { Wait, World } from "../../domain/services.ts";
import { judgeData } from "./restore-verdict.ts";
import { isWithoutRoute, mayPass, unproven } from "./unproven.ts";

const inputs = {
  source: { type: "string", description: "The instance it was restored from." },
  name: { type: "string", description: "The restored instance." },
  to: { type: "time", description: "The moment it was restored to." },
  cutover: {
    type: "string",
    required: false,
    description: "How the service is brought onto it next; none, if at all.",
  },
} as const;

type Inputs = Values<typeof inputs>;

/** Proves by SQL, read-only, that a restored database holds what was there at the moment, and nothing later. */
export const proveDatabase = defineAction<World, typeof inputs, boolean>({
  name: "database.prove",
  summary: "Prove by SQL that a restored database holds what was there at the moment, beside its source.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async (_given, { world, ahead }) =>
    ahead === undefined ? { kind: "observed", value: world.data !== undefined } : { kind: "deferred", until: ahead },
  plan: (given, isSetUp) => planProof(given, isSetUp),
  verify: (given, _attempt, waiting) => prove(given, waiting),
});

function planProof(given: Inputs, isSetUp: boolean): StepPlan {
  const nothing = { changes: [], outputs: {} };
  if (isSetUp)
    return {
      ...nothing,
      findings: [],
      summary: `rows, migrations, indexes, constraints and sequences of ${given.name}`,
      waitsFor: "nothing in it is later than the moment, and its structure is the source's",
    };
  const findings = [warn("not-proven", `not proven: ${NOT_SET_UP}`)];
  return { ...nothing, findings, summary: notProven(given, NOT_SET_UP, undefined) };
}

async function prove(given: Inputs, waiting: Wait): Promise<Verdict> {
  const { world, progress } = waiting;
  const endpoint = (await world.aws.rds.instance(given.name))?.endpoint;
  if (world.data === undefined) return { kind: "true", text: notProven(given, NOT_SET_UP, endpoint) };
  if (endpoint === undefined) return withoutProof(given, { why: "it has no address", code: "no-address" }, waiting);
  const [restored, source] = await Promise.all([
    readPatiently(world.data, given.to, endpoint, waiting),
    read(world.data, given.to),
  ]);
  if (restored instanceof OpsError)
    return withoutProof(given, { why: restored.message, code: restored.detail.code, endpoint }, waiting);
  const { text, problems, table } = judgeData(given.to, restored, source instanceof OpsError ? undefined : source);
  progress([`${given.name} beside ${given.source}`, ...table].join("\n"));
  if (problems.length === 0) return { kind: "true", text: `proven: ${text}. ${whatNow(given, endpoint)}` };
  return {
    kind: "false",
    failure: {
      reason: "data-differs",
      text: `${given.name}: ${problems.join("; ")}`,
      evidence: [text, ...table],
      next: ["vulcan-ops resume"],
    },
  };
}

const NOT_SET_UP = "SQL is not set up (VULCAN_DATABASE_URL)";

interface Reason {
  readonly why: string;
  readonly code: string;
  readonly endpoint?: Endpoint;
}

/** Before a cutover it stops: nothing has been stopped for it yet. A restore alone is there, and may lie out of reach. */
function withoutProof(given: Inputs, { why, code, endpoint }: Reason, { world }: Wait): Verdict {
  const text = notProven(given, why, endpoint);
  if (isCutover(given)) return unproven("stop", "data-unproven", text);
  return isWithoutRoute(world, code) ? { kind: "true", text } : unproven("again", "data-unproven", text);
}

const isCutover = ({ cutover = "none" }: Inputs): boolean => cutover !== "none";

async function readPatiently(
  data: DataReads,
  to: string,
  place: Endpoint,
  { clock, signal, progress }: Wait,
): Promise<DataFacts | OpsError> {
  const begun = clock.now();
  for (;;) {
    const facts = await read(data, to, place);
    if (!(facts instanceof OpsError) || !mayPass(facts.detail.code, begun, clock.now())) return facts;
    progress(`asked again: ${facts.message}`);
    await clock.sleep(POLL_MS, signal);
  }
}

const POLL_MS = 5000;

/** A failure for people is an answer, too: whoever has no route to the database has restored it all the same. */
function read(data: DataReads, to: string, place?: Endpoint): Promise<DataFacts | OpsError> {
  return data.facts(to, place).catch((error: unknown) => {
    if (error instanceof OpsError) return error;
    throw error;
  });
}

const notProven = (given: Inputs, why: string, endpoint: Endpoint | undefined): string =>
  `NOT PROVEN: ${why}. ${whatNow(given, endpoint)}`;

/** Where things stand at the end, and what comes next. */
function whatNow(given: Inputs, endpoint: Endpoint | undefined): string {
  const { source, name } = given;
  if (isCutover(given)) return `Nothing points at ${name} yet: the service goes on with ${source}`;
  const where = endpoint === undefined ? "" : `, at ${endpoint.host}:${endpoint.port}`;
  return `Nothing points at ${name}${where}: the service goes on with ${source}. Next: look into it; copy rows back out of it, or register a task definition with its address and deploy that; once it is not wanted any more, delete it yourself`;
}
