import type { ExecCheck } from "../../checks/check.ts";
import type { Subject } from "../../checks/exec-subject.ts";
import { subjectOf } from "../../checks/exec-subject.ts";
import { CHECKS } from "../../checks/exec-suite.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { certainName } from "../../domain/aws/application-container.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { notChecked, tally, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { World } from "../../domain/services.ts";
import { within } from "../../domain/time-limit.ts";

const inputs = {
  container: {
    type: "string",
    required: false,
    description: "The container to enter. Default is the one that serves.",
  },
} as const;

interface Seen {
  /** Undefined where it is not known. */
  readonly container?: string;
  readonly findings: readonly Finding[];
}

/** The prompt has to be there within 3 s, whatever does not answer. */
const LIMIT_MS = 1500;
/** Which container it is takes two reads in a row: the service, then its revision. */
const NAME_LIMIT_MS = 2500;

/** Looks at everything that could keep a command out of a container; all at once, none of it can hold up the others. */
export const checkExec = defineAction<World, typeof inputs, Seen>({
  name: "ecs.checkExec",
  summary: "Check what a command in a container would meet: task, agent, platform, role, encryption, deployments.",
  risk: "read",
  inputs,
  outputs: {
    container: {
      type: "string",
      description: "the container to enter; absent where that is not known, which blocks or is said",
    },
  },

  async observe({ container: asked }, looking) {
    const subject = subjectOf(looking, asked);
    const [looks, name] = await Promise.all([
      Promise.all(CHECKS.map((check) => lookInTime(check, subject, looking.world))),
      nameInTime(subject),
      refuseAbsent(subject),
    ]);
    const findings = [...unseen(looks), ...looks.flatMap(({ findings = [] }) => findings)];
    return { kind: "observed", value: { findings, ...(name === undefined ? {} : { container: name }) } };
  },

  plan: (given, seen) => planCheck(given, seen),
});

interface Looked {
  readonly findings?: readonly Finding[];
  readonly asks: string;
  /** Why there are no findings. */
  readonly why?: string;
}

/** Late, refused or broken is a finding: a check that cannot see must not stop a rescue. */
function lookInTime(check: ExecCheck, subject: Subject, world: World): Promise<Looked> {
  const { asks } = check;
  return within(LIMIT_MS, check.look(subject, world)).then(
    (findings) => ({ asks, findings }),
    (failure: Error) => ({ asks, why: failure.message }),
  );
}

async function nameInTime(subject: Subject): Promise<string | undefined> {
  const choice = await within(NAME_LIMIT_MS, subject.choice()).catch(() => undefined);
  return choice && certainName(choice);
}

/** A service that does not exist is a wrong name on the command line, which is no finding about it. */
async function refuseAbsent(subject: Subject): Promise<void> {
  await within(LIMIT_MS, subject.service()).catch((failure: unknown) => {
    if (failure instanceof OpsError && failure.detail.code === "service-absent") throw failure;
  });
}

/** Most checks stand on the same few reads: what one of them withholds is said once. */
function unseen(looks: readonly Looked[]): Finding[] {
  const reasons = new Set(looks.flatMap(({ why }) => why ?? []));
  return [...reasons].map((reason) => {
    const asks = looks.filter(({ why }) => why === reason).map((look) => look.asks);
    return notChecked(asks.join("; "), reason);
  });
}

function planCheck(_given: Values<typeof inputs>, { container, findings }: Seen): StepPlan {
  return {
    summary: tally(container === undefined ? "no container" : `container ${container}`, findings),
    changes: [],
    findings: worstFirst(findings),
    outputs: container === undefined ? {} : { container },
  };
}
