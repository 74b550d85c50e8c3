import type { RollbackCheck, RollbackSubject } from "../../checks/rollback-subject.ts";
import { ROLLBACK_CHECKS } from "../../checks/rollback-suite.ts";
import { serviceOf, subjectOf } from "../../checks/subject.ts";
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
  const named = (names ?? "").split(",");
  let open = ROLLBACK_CHECKS.filter(({ id }) => named.includes(id));
  for (let attempt = 0; open.length > 0 && attempt < MOST_ATTEMPTS; attempt++) {
    if (attempt > 0) await context.clock.sleep(AGAIN_MS, context.signal).catch(() => undefined);
    if (context.signal.aborted || context.clock.now() >= context.deadline) return;
    const isLast = attempt === MOST_ATTEMPTS - 1;
    const subject = readSubject(taskDefinition, context);
    const results = await Promise.all(open.map(async (check) => ({ check, findings: await runCheck(check, subject) })));
    if (context.signal.aborted) return;
    const observation = results.filter(({ findings }) => isLast || !findings.some(isNotChecked));
    for (const { findings } of observation) for (const finding of findings) context.progress(resultText(finding));
    open = open.filter((check) => !observation.some((one) => one.check === check));
  }
}

/** Of one attempt: all its checks share these reads. Undefined where the revision is not there any more. */
async function readSubject(taskDefinition: string, context: ActionVerifyContext): Promise<RollbackSubject | undefined> {
  const subject = subjectOf(context);
  const [service, wanted] = await Promise.all([serviceOf(subject), subject.reads.ecs.taskDefinition(taskDefinition)]);
  return wanted && { ...subject, service, wanted };
}

async function runCheck(
  check: RollbackCheck,
  reading: Promise<RollbackSubject | undefined>,
): Promise<readonly Finding[]> {
  try {
    const subject = await reading;
    return subject === undefined ? [] : await check.run(subject);
  } catch (failure) {
    return [notChecked(check.question, (failure as Error).message)];
  }
}

/** The check began before the revert was sent, and answered after it. The level only says how bad the result is. */
const LEVELS = { ok: "passed", warn: "warning", block: "blocking" } as const;

const resultText = ({ level, text }: Finding): string => `late check, ${LEVELS[level]}: ${text}`;
