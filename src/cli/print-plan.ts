import { EXIT, type ExitCode } from "../domain/exit-codes.ts";
import { blocks, hasChanges, type Plan } from "../domain/plan.ts";
import { jsonText } from "../ui/text/json-text.ts";
import { type OutputOptions, printData } from "./output.ts";
import { planText } from "./plan-text.ts";
import { answerDisplayOptions, type ProcessContext } from "./process-context.ts";

/**
 * Shows a plan without executing it: exit 11 if it is blocked, 2 if it has changes and `detailedExitcode` is set.
 * `document`: shown in place of the screen.
 */
export function printPlan(
  plan: Plan,
  now: number,
  { output = "text", detailedExitcode }: OutputOptions & { readonly detailedExitcode: boolean },
  context: ProcessContext,
  document?: string,
): ExitCode {
  if (output === "text") context.stdout.write(document ?? `${planText(plan, answerDisplayOptions(context), now)}\n`);
  else if (output === "ndjson") context.stdout.write(`${jsonText(plan)}\n`);
  else printData(context, plan);
  if (plan.steps.some((step) => blocks(step).length > 0)) return EXIT.guarded;
  return detailedExitcode && hasChanges(plan) ? EXIT.changes : EXIT.done;
}
