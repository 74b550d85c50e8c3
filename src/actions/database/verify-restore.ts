import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Endpoint } from "../../domain/aws/rds.ts";
import type { DataFacts, DataReads } from "../../domain/database/facts.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { warn } from "../../domain/finding.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { judgeData } from "./restore-verdict.ts";
import { isWithoutRoute, mayContinueUnproven, unproven } from "./unproven.ts";

const inputs = {
  source: { type: "string", description: "Instance that was restored." },
  name: { type: "string", description: "The restored instance." },
  to: { type: "time", description: "The moment it was restored to." },
  cutover: {
    type: "string",
    required: false,
    description: "How the service moves to it next; or none.",
  },
} as const;

type Inputs = Values<typeof inputs>;

/** Proves by read-only SQL that a restored database holds the data of the restore point, and nothing later. */
export const verifyRestore = defineAction<ActionServices, typeof inputs, boolean>({
  name: "database.verifyRestore",
  formerly: "database.prove",
  summary: "Verify by SQL that a restored database has the data of that moment.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async (_given, { services, pendingStep }) =>
    pendingStep === undefined
      ? { kind: "observed", value: services.data !== undefined }
      : { kind: "deferred", until: pendingStep },
  plan: (given, isSetUp) => planProof(given, isSetUp),
  verify: (given, _attempt, context) => prove(given, context),
});

function planProof(given: Inputs, isSetUp: boolean): StepPlan {
  const nothing = { changes: [], outputs: {} };
  if (isSetUp)
    return {
      ...nothing,
      findings: [],
      summary: `rows, migrations, indexes, constraints and sequences of ${given.name}`,
      waitsFor: "no row is newer than the moment, and the schema is the old one",
    };
  const findings = [warn("not-proven", `not proven: ${NOT_SET_UP}`)];
  return { ...nothing, findings, summary: notProven(given, NOT_SET_UP, undefined) };
}

async function prove(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { services, progress } = context;
  const endpoint = (await services.aws.rds.instance(given.name))?.endpoint;
  if (services.data === undefined)
    return { kind: "true", proof: UNPROVEN, text: notProven(given, NOT_SET_UP, endpoint) };
  if (endpoint === undefined) return withoutProof(given, { why: "it has no address", code: "no-address" }, context);
  const [restored, source] = await Promise.all([
    readUntilReachable(services.data, given.to, endpoint, context),
    read(services.data, given.to),
  ]);
  if (restored instanceof OpsError)
    return withoutProof(given, { why: restored.message, code: restored.detail.code, endpoint }, context);
  const { text, problems, table } = judgeData(given.to, restored, source instanceof OpsError ? undefined : source);
  progress([`${given.name} beside ${given.source}`, ...table].join("\n"));
  if (problems.length === 0)
    return { kind: "true", proof: "data proven", text: `proven: ${text}. ${nextCommands(given, endpoint)}` };
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

const UNPROVEN = "data NOT PROVEN";
const NOT_SET_UP = "SQL is not set up (VULCAN_DATABASE_URL)";

interface Reason {
  readonly why: string;
  readonly code: string;
  readonly endpoint?: Endpoint;
}

/** Before a cutover, stop: nothing is stopped for it yet. A restore alone is complete, and may be out of reach. */
function withoutProof(given: Inputs, { why, code, endpoint }: Reason, { services }: ActionVerifyContext): Verdict {
  const text = notProven(given, why, endpoint);
  if (isCutover(given)) return unproven("stop", "data-unproven", text);
  return isWithoutRoute(services, code)
    ? { kind: "true", proof: UNPROVEN, text }
    : unproven("again", "data-unproven", text);
}

const isCutover = ({ cutover = "none" }: Inputs): boolean => cutover !== "none";

async function readUntilReachable(
  data: DataReads,
  to: string,
  endpoint: Endpoint,
  { clock, signal, progress }: ActionVerifyContext,
): Promise<DataFacts | OpsError> {
  const begun = clock.now();
  for (;;) {
    const facts = await read(data, to, endpoint);
    if (!(facts instanceof OpsError) || !mayContinueUnproven(facts.detail.code, begun, clock.now())) return facts;
    progress(`asked again: ${facts.message}`);
    await clock.sleep(POLL_MS, signal);
  }
}

const POLL_MS = 5000;

/** An OpsError is an answer, too: the restore has succeeded even if this machine has no route to the database. */
function read(data: DataReads, to: string, endpoint?: Endpoint): Promise<DataFacts | OpsError> {
  return data.facts(to, endpoint).catch((error: unknown) => {
    if (error instanceof OpsError) return error;
    throw error;
  });
}

const notProven = (given: Inputs, why: string, endpoint: Endpoint | undefined): string =>
  `NOT PROVEN: ${why}. ${nextCommands(given, endpoint)}`;

/** The state at the end, and what comes next. */
function nextCommands(given: Inputs, endpoint: Endpoint | undefined): string {
  const { source, name } = given;
  if (isCutover(given)) return `Nothing points at ${name} yet: the service still uses ${source}`;
  const where = endpoint === undefined ? "" : `, at ${endpoint.host}:${endpoint.port}`;
  return `Nothing points at ${name}${where}: the service still uses ${source}. Next: read it; copy rows back, or deploy a task definition with its address; delete it yourself when it is not needed`;
}
