import { subjectOf } from "../../checks/rollback-subject.ts";
import { CHECKS } from "../../checks/rollback-suite.ts";
import { isNotChecked, notChecked } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionVerifyContext } from "../../domain/services.ts";

/** Pause between two attempts of a late check, and how many attempts. */
const AGAIN_MS = 15_000;
const MOST_ATTEMPTS = 4;

/**
 * Runs the checks again, beside the wait, that the preflight could not finish in its second and a half. Reports each
 * result as soon as it is known. `names` comes from the preflight. No result ends the wait.
 */
export async function awaitLateChecks(
  names: string | undefined,
  taskDefinition: string,
  context: ActionVerifyContext,
): Promise<void> {
  let open = (names ?? "").split(",").filter((name) => CHECKS[name] !== undefined);
  for (let attempt = 0; open.length > 0 && attempt < MOST_ATTEMPTS; attempt++) {
    if (attempt > 0) await context.clock.sleep(AGAIN_MS, context.signal).catch(() => undefined);
    if (context.signal.aborted || context.clock.now() >= context.deadline) return;
    const isLast = attempt === MOST_ATTEMPTS - 1;
    const results = await Promise.all(
      open.map(async (name) => ({ name, findings: await runCheck(name, taskDefinition, context) })),
    );
    if (context.signal.aborted) return;
    const observation = results.filter(({ findings }) => isLast || !findings.some(isNotChecked));
    for (const { findings } of observation) for (const finding of findings) context.progress(resultText(finding));
    open = open.filter((name) => !observation.some((one) => one.name === name));
  }
}

async function runCheck(
  name: string,
  taskDefinition: string,
  context: ActionVerifyContext,
): Promise<readonly Finding[]> {
  const { services, target } = context;
  const check = CHECKS[name];
  try {
    const [service, wanted] = await Promise.all([
      services.aws.ecs.service(target.cluster, target.service),
      services.aws.ecs.taskDefinition(taskDefinition),
    ]);
    if (check === undefined || wanted === undefined) return [];
    return await check.run(subjectOf(service, wanted, context), services);
  } catch (failure) {
    return [notChecked(check?.question ?? name, (failure as Error).message)];
  }
}

/** The check began before the revert was sent, and answered after it. The level only says how bad the result is. */
const LEVELS = { ok: "passed", warn: "warning", block: "blocking" } as const;

const resultText = ({ level, text }: Finding): string => `late check, ${LEVELS[level]}: ${text}`;
