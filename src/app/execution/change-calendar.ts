import type { CalendarState } from "../../domain/aws/reads.ts";
import { block, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Plan, PlannedStep } from "../../domain/plan.ts";
import { utcTime } from "../../domain/time.ts";
import type { OpenTarget } from "../open-target.ts";

/**
 * What a closed calendar stops: an upgrade, a maintenance, a Down, a cutover. Never a rollback of the service, an undo,
 * or a step that puts something back.
 */
const WAITS_FOR_CALENDAR: ReadonlySet<string> = new Set([
  "upgrade.deploy",
  "vulcan.migrateOnStartup",
  "vulcan.migrateUpInTask",
  "vulcan.migrateDown",
  "vulcan.migrateDownInTask",
  "ecs.cutOver",
  "rds.rename",
]);

const isAhead = ({ action, readiness }: PlannedStep): boolean =>
  WAITS_FOR_CALENDAR.has(action) && (readiness === "ready" || readiness === "deferred");

/**
 * The plan with what the target's Change Calendars say of its beginning, at its first such step. `emergency`: a closed
 * one is a warning.
 */
export async function withCalendarFindings(
  plan: Plan,
  { target, reads }: Pick<OpenTarget, "target" | "reads">,
  emergency?: string,
): Promise<Plan> {
  const calendars = (target.changeCalendar ?? "").split(",").filter(Boolean);
  const first = plan.steps.findIndex(isAhead);
  if (calendars.length === 0 || first === -1) return plan;
  const at = beginningOf(plan);
  const findings = await Promise.all(
    calendars.map((calendar) =>
      reads.calendarState([calendar], at).then(
        (state) => judge(nameOf(calendar), state, at, emergency),
        (error: Error) => [unknown(nameOf(calendar), error)],
      ),
    ),
  );
  const steps = plan.steps.map((step, index) =>
    index === first ? { ...step, findings: [...step.findings, ...findings.flat()] } : step,
  );
  return { ...plan, steps };
}

/** Epoch ms: now, or the beginning of a window that lies ahead. */
function beginningOf({ steps, at }: Plan): number {
  const opens = steps.flatMap(({ inputs, outputs }) => inputs.opens?.value ?? outputs.opens ?? []).at(-1);
  const ahead = typeof opens === "string" ? Date.parse(opens) : Number.NaN;
  return Number.isNaN(ahead) ? Date.parse(at) : Math.max(Date.parse(at), ahead);
}

const nameOf = (arn: string): string => arn.split(":document/")[1] ?? arn;

function judge(name: string, { isOpen, next }: CalendarState, at: number, emergency: string | undefined): Finding[] {
  if (isOpen) return [];
  const until = next === undefined ? "" : `, until ${utcTime(next)}`;
  const text = `the change calendar ${name} is closed at ${utcTime(new Date(at).toISOString())}${until}`;
  if (emergency !== undefined) return [warn("calendar-closed", `${text}; --emergency passes it`)];
  const then = next === undefined ? [] : [`the same command after ${utcTime(next)}`];
  return [block("calendar-closed", text, [...then, "in an emergency: the same command with --emergency REASON"])];
}

const unknown = (name: string, error: Error): Finding =>
  warn("calendar-unknown", `whether the change calendar ${name} is open is not known: ${error.message}`, [
    "vulcan-ops iam --for observer",
  ]);
