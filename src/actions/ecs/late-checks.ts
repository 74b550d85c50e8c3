import { subjectOf } from "../../checks/rollback-subject.ts";
import { CHECKS } from "../../checks/rollback-suite.ts";
import { isUnseen, notChecked } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Wait } from "../../domain/services.ts";

/** Between two looks at what has not answered yet, and how often it is looked at. */
const AGAIN_MS = 15_000;
const MOST_LOOKS = 4;

/**
 * What the preflight could not see in its second and a half is looked at during the wait, beside it, and told as soon as
 * it is known; `names` as the preflight gave them. Nothing of it ends the wait.
 */
export async function finishLate(names: string | undefined, taskDefinition: string, waiting: Wait): Promise<void> {
  let open = (names ?? "").split(",").filter((name) => CHECKS[name] !== undefined);
  for (let look = 0; open.length > 0 && look < MOST_LOOKS; look++) {
    if (look > 0) await waiting.clock.sleep(AGAIN_MS, waiting.signal).catch(() => undefined);
    if (waiting.signal.aborted || waiting.clock.now() >= waiting.deadline) return;
    const isLast = look === MOST_LOOKS - 1;
    const looks = await Promise.all(
      open.map(async (name) => ({ name, findings: await lookAt(name, taskDefinition, waiting) })),
    );
    if (waiting.signal.aborted) return;
    const seen = looks.filter(({ findings }) => isLast || !findings.some(isUnseen));
    for (const { findings } of seen) for (const finding of findings) waiting.progress(told(finding));
    open = open.filter((name) => !seen.some((one) => one.name === name));
  }
}

async function lookAt(name: string, taskDefinition: string, waiting: Wait): Promise<readonly Finding[]> {
  const { world, target } = waiting;
  const check = CHECKS[name];
  try {
    const [service, wanted] = await Promise.all([
      world.aws.ecs.service(target.cluster, target.service),
      world.aws.ecs.taskDefinition(taskDefinition),
    ]);
    if (check === undefined || wanted === undefined) return [];
    return await check.look(subjectOf(service, wanted, waiting), world);
  } catch (failure) {
    return [notChecked(check?.asks ?? name, (failure as Error).message)];
  }
}

/** It was asked before the revert was sent and answered after: the level says how bad it is, nothing is stopped by it. */
const LEVELS = { ok: "in order", warn: "to know", block: "in the way" } as const;

const told = ({ level, text }: Finding): string => `checked meanwhile, ${LEVELS[level]}: ${text}`;
