import type { Registry } from "../domain/action.ts";
import type { Runbook, Step } from "../domain/runbook.ts";

/** The procedure as it is on this target: without the steps that are about something that the target does not have. */
export function partOf<World>(
  { registry, services }: { readonly registry: Registry<World>; readonly services: World },
  runbook: Runbook,
): Runbook {
  const isPart = ({ action }: Step): boolean => registry[action]?.isPart?.(services) !== false;
  const [steps, restoring] = [runbook.steps.filter(isPart), runbook.finally.filter(isPart)];
  const isWhole = steps.length === runbook.steps.length && restoring.length === runbook.finally.length;
  return isWhole ? runbook : { ...runbook, steps, finally: restoring };
}
