import { subjectOf } from "../../checks/rollback-subject.ts";
import { CHECKS } from "../../checks/rollback-suite.ts";
import { lookAtAll } from "../../checks/run-rollback-suite.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { isUnseen, tally, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { World } from "../../domain/services.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "What the service is to return to." },
} as const;

interface Seen {
  readonly current: string;
  readonly wanted: string;
  readonly findings: readonly Finding[];
  /** Names of the checks that could not see everything, and may yet. */
  readonly late: readonly string[];
}

/** Looks at everything that could make a revert fail or hurt; all at once, and none of it can hold up the others. */
export const checkRevert = defineAction<World, typeof inputs, Seen>({
  name: "ecs.checkRevert",
  summary: "Check what a revert would meet: image, secrets, ports, room, schema, database, scaling, alarms.",
  risk: "read",
  inputs,
  outputs: {
    late: { type: "string", description: "checks that may finish during the wait, by name; absent where none" },
    caution: { type: "string", description: "what has to be said once more in the question; absent where nothing has" },
  },

  async observe({ taskDefinition }, looking) {
    const { world, target } = looking;
    const [service, wanted] = await Promise.all([
      world.aws.ecs.service(target.cluster, target.service),
      world.aws.ecs.taskDefinition(taskDefinition),
    ]);
    if (wanted === undefined) throw usageError("revision-absent", `there is no task definition ${taskDefinition}`);
    const seen = { current: service.taskDefinition, wanted: wanted.name };
    if (seen.current === seen.wanted) return { kind: "observed", value: { ...seen, findings: [], late: [] } };
    const subject = subjectOf(service, wanted, looking);
    const looks = await lookAtAll(subject, world);
    const late = looks.filter(({ name, findings }) => CHECKS[name]?.keeps === true && findings.some(isUnseen));
    const findings = looks.flatMap((look) => look.findings);
    return { kind: "observed", value: { ...seen, findings, late: late.map(({ name }) => name) } };
  },

  plan: (given, seen) => planCheck(given, seen),
});

/** What an operator must have read when typing the revision, even if the plan has scrolled away. */
const CAUTIONS: ReadonlySet<string> = new Set(["schema-breaking", "schema-unknown", "database-differs"]);

function planCheck(_given: Values<typeof inputs>, { current, wanted, findings, late }: Seen): StepPlan {
  const sorted = worstFirst(findings);
  const cautions = sorted.filter(({ code }) => CAUTIONS.has(code)).map(({ text }) => text);
  // What could not be seen is unknown as well.
  const caution = late.includes("schema")
    ? [
        ...cautions,
        `whether ${wanted} works with today's schema is unknown: which migrations were applied could not be seen; vulcan-ops migrate status looks further`,
      ]
    : cautions;
  return {
    summary: current === wanted ? `nothing to check: ${wanted} is current` : tally(wanted, findings),
    changes: [],
    findings: sorted,
    outputs: {
      ...(caution.length === 0 ? {} : { caution: caution.join(" ") }),
      ...(late.length === 0 ? {} : { late: late.join(",") }),
    },
  };
}
