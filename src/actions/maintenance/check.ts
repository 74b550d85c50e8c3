import { defineAction, type StepPlan } from "../../domain/action.ts";
import { muteRulePrefix } from "../../domain/aws/alarms.ts";
import { summariseFindings, worstFirst } from "../../domain/finding.ts";
import { difference, stateOf, versionsIn } from "../../domain/migrations/applied.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { MINUTE } from "../../domain/watch/series.ts";
import { imageToBring } from "../vulcan/image-migrations.ts";
import { type MigrationsProof, readProof } from "../vulcan/proof/read-proof.ts";
import { type MaintenanceInputs, maintenanceInputFields } from "./inputs.ts";
import { type Preflight, preflight } from "./preflight.ts";
import { readingOnce } from "./reading-once.ts";
import { windowFacts } from "./window-facts.ts";
import { readRelease, type WindowRelease } from "./window-release.ts";

/** The mute rule lasts this much longer than the window, so that a delay does not raise alarms at once. */
const SPARE_MS = 10 * MINUTE;

interface Observation extends Preflight, WindowRelease {
  readonly proof: MigrationsProof;
  /** The newest migration of the operator's source. */
  readonly source: number | undefined;
}

/** Checks everything that could prevent a window, and fixes the values that every later step uses. */
export const checkMaintenance = defineAction<ActionServices, typeof maintenanceInputFields, Observation>({
  name: "maintenance.check",
  summary: "Run pre-flight checks of a window: time, deployments, backups, load, connections, health check.",
  risk: "read",
  closes: "closes",
  inputs: maintenanceInputFields,
  outputs: {
    taskDefinition: { type: "taskDefinition", description: "registered revision to deploy or copy" },
    opens: { type: "time", description: "when the window begins" },
    closes: { type: "time", description: "when it ends" },
    muteFor: { type: "duration", description: "from its beginning until 10 min after its end" },
    rule: { type: "string", description: "name of the mute rule" },
  },
  async observe(given, context) {
    const once = readingOnce(context);
    const seen = await preflight(given, once);
    const release = await readRelease(seen.service, seen.bring, given.image, once);
    const source = await newestOfSource(once);
    const proof = await proofOfPending(given, seen, release.newest ?? source, once);
    const findings = worstFirst([...seen.findings, ...proof.findings]);
    return { kind: "observed", value: { ...seen, ...release, findings, proof, source } };
  },
  plan: (given, observation) => planCheck(given, observation),
});

/** Of what the revision's label, or without one the operator's source, has beyond the applied ones. */
async function proofOfPending(
  { image }: MaintenanceInputs,
  { service, bring, told, limit }: Preflight,
  wanted: number | undefined,
  context: ActionReadContext,
): Promise<MigrationsProof> {
  const pending =
    told instanceof Error || wanted === undefined ? [] : difference(stateOf(told.applied), wanted).pending;
  const question = { direction: "up", versions: versionsIn(pending), limit } as const;
  return readProof(question, () => imageToBring(bring, { service, image }, context), context);
}

/** A source that cannot be read is told by its proof. */
const newestOfSource = ({ services }: ActionReadContext): Promise<number | undefined> =>
  services.schema.proofs?.newest().catch(() => undefined) ?? Promise.resolve(undefined);

function planCheck({ image, expect, watch }: MaintenanceInputs, observation: Observation): StepPlan {
  const { service, bring, window, findings, change, now } = observation;
  const { told, newest, proof, source } = observation;
  const { opens, closes } = window;
  return {
    summary: summariseFindings(change, findings),
    goal: `migrate ${service.name} ${change} in a maintenance window`,
    facts: [
      ...windowFacts({ window, migrations: { told, newest, source, image, proof: proof.text }, expect, watch, now }),
      ...proof.facts,
    ],
    changes: [],
    findings,
    outputs: {
      taskDefinition: bring,
      opens,
      closes,
      muteFor: Math.max(0, Date.parse(closes) - Date.parse(opens) + SPARE_MS) / 1000,
      rule: `${muteRulePrefix(service.name)}${opens.slice(0, 16).replace(/\D/g, "")}`,
    },
  };
}
