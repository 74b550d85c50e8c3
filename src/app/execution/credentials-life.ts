import type { CredentialLife } from "../../domain/aws/credential-source.ts";
import { block, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { hasChanges, type Plan, type PlannedStep } from "../../domain/plan.ts";
import { formatDuration } from "../../domain/time.ts";

const isPartOfIt = ({ readiness }: PlannedStep): boolean => readiness !== "left-out" && readiness !== "unchanged";

/** AWS promises no time: what is usual may take half as long again. */
const RESERVE = 1.5;

/** Steps whose length is chosen: they take as long as they say. */
const CHOSEN: ReadonlySet<string> = new Set(["watch.service", "ecs.holdSize"]);

/** What is announced for the migrations weighs more than what is usual. */
function secondsOf({ action, usualSeconds = 0 }: PlannedStep, expected: number): number {
  if (CHOSEN.has(action)) return usualSeconds;
  const seconds = usualSeconds * RESERVE;
  return action.startsWith("vulcan.migrate") ? Math.max(seconds, expected) : seconds;
}

/** How long the run may take from the time of its plan, if all goes well; seconds. */
export function expectedSeconds({ steps, at }: Plan): number {
  const of = (name: string) =>
    steps.flatMap(({ inputs, outputs }) => inputs[name]?.value ?? outputs[name] ?? []).at(-1);
  const ahead = (Date.parse(String(of("opens") ?? at)) - Date.parse(at)) / 1000;
  const expected = Number(of("expect") ?? 0);
  const own = steps.filter(isPartOfIt).map((step) => secondsOf(step, expected));
  return Math.max(0, ahead) + own.reduce((sum, seconds) => sum + seconds, 0);
}

/** A maintenance and a cutover: in their middle, the service has fewer tasks than it needs, or none. */
const isMadeSmall = ({ steps }: Plan): boolean =>
  steps.some((step) => isPartOfIt(step) && step.action === "ecs.scaleService" && !isMadeLarger(step));

/** A service that stays larger than it needs harms no user. */
const isMadeLarger = ({ changes }: PlannedStep): boolean =>
  changes.some(({ property, before, after }) => property === "desired tasks" && Number(before) < Number(after));

/** Whether the credentials last for the run. */
export function lifeFindings(plan: Plan, { source, leftMs, isTemporary }: CredentialLife): Finding[] {
  if (source.isRenewable || (!hasChanges(plan) && !plan.steps.some(({ readiness }) => readiness === "deferred")))
    return [];
  const seconds = expectedSeconds(plan);
  const takes = `the run may take ${formatDuration(seconds)}`;
  const isCritical = isMadeSmall(plan);
  if (leftMs === undefined) {
    const text = `it is not known when these credentials end (${source.text}); ${takes}`;
    return isTemporary && isCritical ? [warn("credentials-end-unknown", text, source.renew)] : [];
  }
  if (leftMs >= seconds * 1000) return [];
  const text = `these credentials end in ${formatDuration(leftMs / 1000)} (${source.text}), and ${takes}`;
  return [(isCritical ? block : warn)("credentials-short", text, source.renew)];
}

/** The plan, with what there is to say of the credentials at its first step. */
export function withLifeFindings(plan: Plan, life: CredentialLife): Plan {
  const findings = lifeFindings(plan, life);
  const first = plan.steps.findIndex(isPartOfIt);
  if (findings.length === 0 || first === -1) return plan;
  const steps = plan.steps.map((step, index) =>
    index === first ? { ...step, findings: [...step.findings, ...findings] } : step,
  );
  return { ...plan, steps };
}
