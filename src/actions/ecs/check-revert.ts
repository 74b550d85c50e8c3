import { findingsOf, runChecks } from "../../checks/check.ts";
import { ROLLBACK_CHECKS } from "../../checks/rollback-suite.ts";
import { subjectOf } from "../../checks/subject.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { isNotChecked, summariseFindings, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionServices } from "../../domain/services.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "Revision to roll back to." },
} as const;

interface Observation {
  readonly current: string;
  readonly wanted: string;
  readonly findings: readonly Finding[];
  /** Names of the checks that could not read everything, but may finish later. */
  readonly late: readonly string[];
}

/** Checks everything that could make a revert fail or do harm. All checks run at once, and none delays another. */
export const checkRevert = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.checkRevert",
  summary: "Run pre-flight checks of a rollback: image, secrets, ports, capacity, schema, scaling, alarms.",
  risk: "read",
  inputs,
  outputs: {
    late: { type: "string", description: "checks that may finish during the wait, by name; absent where none" },
    caution: { type: "string", description: "what has to be said once more in the question; absent where nothing has" },
  },

  early: () => ["protectedTasks"],

  async observe({ taskDefinition }, context) {
    const { services, target } = context;
    const [service, wanted] = await Promise.all([
      services.aws.ecs.service(target.cluster, target.service),
      services.aws.ecs.taskDefinition(taskDefinition),
    ]);
    if (wanted === undefined) throw usageError("revision-absent", `there is no task definition ${taskDefinition}`);
    const observation = { current: service.taskDefinition, wanted: wanted.name };
    if (observation.current === observation.wanted)
      return { kind: "observed", value: { ...observation, findings: [], late: [] } };
    const results = await runChecks(ROLLBACK_CHECKS, { ...subjectOf(context), service, wanted });
    const late = results.filter(
      (result) => result.check.validAfterSend === true && findingsOf(result).some(isNotChecked),
    );
    const findings = results.flatMap(findingsOf);
    return { kind: "observed", value: { ...observation, findings, late: late.map(({ check }) => check.id) } };
  },

  plan: (given, observation) => planCheck(given, observation),
});

/** What an operator must have read before typing the revision, even if the plan has scrolled away. */
const CAUTIONS: ReadonlySet<string> = new Set(["schema-breaking", "schema-unknown", "database-differs"]);

const SCHEMA_FITS: ReadonlySet<string> = new Set(["schema-same", "schema-compatible"]);

function planCheck(_given: Values<typeof inputs>, { current, wanted, findings, late }: Observation): StepPlan {
  const sorted = worstFirst(findings);
  const cautions = sorted.filter(({ code }) => CAUTIONS.has(code)).map(({ text }) => text);
  // What could not be seen is unknown as well.
  const caution = late.includes("schema")
    ? [
        ...cautions,
        `whether ${wanted} works with the schema is unknown: the migrations could not be read; see vulcan-ops migrate status`,
      ]
    : cautions;
  return {
    facts: sorted
      .filter(({ code }) => SCHEMA_FITS.has(code))
      .map(({ text }) => ({ label: "Schema", text: text.replace(/ \(.*$/, "") })),
    summary: current === wanted ? `nothing to check: ${wanted} is current` : summariseFindings(wanted, findings),
    changes: [],
    findings: sorted,
    outputs: {
      ...(caution.length === 0 ? {} : { caution: caution.join(" ") }),
      ...(late.length === 0 ? {} : { late: late.join(",") }),
    },
  };
}
