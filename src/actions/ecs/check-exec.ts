import { type CheckResult, PREFLIGHT_LIMIT_MS, runChecks } from "../../checks/check.ts";
import { choiceOf, type ExecSubject } from "../../checks/exec-subject.ts";
import { EXEC_CHECKS } from "../../checks/exec-suite.ts";
import { serviceOf, subjectOf } from "../../checks/subject.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { certainContainerName } from "../../domain/aws/application-container.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { notChecked, summariseFindings, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionServices } from "../../domain/services.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";

const inputs = {
  container: {
    type: "string",
    required: false,
    description: "Container to enter. Default is the application's.",
  },
} as const;

interface Observation {
  /** Undefined where it is not known. */
  readonly container?: string;
  readonly findings: readonly Finding[];
}

/** Finding the container takes two reads in a row: the service, then its revision. */
const NAME_LIMIT_MS = 2500;

/** Checks everything that could prevent a command in a container. All checks run at once, and none delays another. */
export const checkExec = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.checkExec",
  summary: "Run pre-flight checks of ECS Exec: task, agent, platform, role, encryption, deployments.",
  risk: "read",
  inputs,
  outputs: {
    container: {
      type: "string",
      description: "container to enter; absent if not known",
    },
  },

  early: () => ["tasks", "cluster", "scaling"],

  async observe({ container: requested }, context) {
    const subject = { ...subjectOf(context), container: requested, execVia: context.services.execVia };
    const [results, name] = await Promise.all([
      runChecks(EXEC_CHECKS, subject),
      nameInTime(subject),
      refuseAbsent(subject),
    ]);
    const findings = [
      ...notCheckedFindings(results),
      ...results.flatMap(({ answer }) => (answer instanceof Error ? [] : answer)),
    ];
    return { kind: "observed", value: { findings, ...(name === undefined ? {} : { container: name }) } };
  },

  plan: (given, observation) => planCheck(given, observation),
});

async function nameInTime(subject: ExecSubject): Promise<string | undefined> {
  const choice = await withTimeLimit(NAME_LIMIT_MS, choiceOf(subject)).catch(() => undefined);
  return choice && certainContainerName(choice);
}

/** A service that does not exist means a wrong name on the command line. That is an error, not a finding. */
async function refuseAbsent(subject: ExecSubject): Promise<void> {
  await withTimeLimit(PREFLIGHT_LIMIT_MS, serviceOf(subject)).catch((failure: unknown) => {
    if (failure instanceof OpsError && failure.detail.code === "service-absent") throw failure;
  });
}

/** Most checks use the same few reads. Report each failed read only once. */
function notCheckedFindings(results: readonly CheckResult<ExecSubject>[]): Finding[] {
  const open = results.flatMap(({ check, answer }) =>
    answer instanceof Error ? [{ question: check.question, why: answer.message }] : [],
  );
  return [...new Set(open.map(({ why }) => why))].map((reason) => {
    const questions = open.filter(({ why }) => why === reason).map(({ question }) => question);
    return notChecked(questions.join("; "), reason);
  });
}

function planCheck(_given: Values<typeof inputs>, { container, findings }: Observation): StepPlan {
  return {
    summary: summariseFindings(container === undefined ? "no container" : `container ${container}`, findings),
    changes: [],
    findings: worstFirst(findings),
    outputs: container === undefined ? {} : { container },
  };
}
