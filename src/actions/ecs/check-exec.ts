import type { ExecCheck } from "../../checks/check.ts";
import type { ExecSubject } from "../../checks/exec-subject.ts";
import { subjectOf } from "../../checks/exec-subject.ts";
import { CHECKS } from "../../checks/exec-suite.ts";
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

/** The prompt has to appear within 3 s, even if a read does not answer. */
const LIMIT_MS = 1500;
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

  async observe({ container: requested }, context) {
    const subject = subjectOf(context, requested);
    const [results, name] = await Promise.all([
      Promise.all(CHECKS.map((check) => runWithTimeLimit(check, subject, context.services))),
      nameInTime(subject),
      refuseAbsent(subject),
    ]);
    const findings = [...notCheckedFinding(results), ...results.flatMap(({ findings = [] }) => findings)];
    return { kind: "observed", value: { findings, ...(name === undefined ? {} : { container: name }) } };
  },

  plan: (given, observation) => planCheck(given, observation),
});

interface CheckResult {
  readonly findings?: readonly Finding[];
  readonly asks: string;
  /** Why there are no findings. */
  readonly why?: string;
}

/** A check that is late, refused or broken becomes a finding: it must not stop a rescue. */
function runWithTimeLimit(check: ExecCheck, subject: ExecSubject, services: ActionServices): Promise<CheckResult> {
  const { question } = check;
  return withTimeLimit(LIMIT_MS, check.run(subject, services)).then(
    (findings) => ({ asks: question, findings }),
    (failure: Error) => ({ asks: question, why: failure.message }),
  );
}

async function nameInTime(subject: ExecSubject): Promise<string | undefined> {
  const choice = await withTimeLimit(NAME_LIMIT_MS, subject.choice()).catch(() => undefined);
  return choice && certainContainerName(choice);
}

/** A service that does not exist means a wrong name on the command line. That is an error, not a finding. */
async function refuseAbsent(subject: ExecSubject): Promise<void> {
  await withTimeLimit(LIMIT_MS, subject.service()).catch((failure: unknown) => {
    if (failure instanceof OpsError && failure.detail.code === "service-absent") throw failure;
  });
}

/** Most checks use the same few reads. Report each failed read only once. */
function notCheckedFinding(results: readonly CheckResult[]): Finding[] {
  const reasons = new Set(results.flatMap(({ why }) => why ?? []));
  return [...reasons].map((reason) => {
    const asks = results.filter(({ why }) => why === reason).map((result) => result.asks);
    return notChecked(asks.join("; "), reason);
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
