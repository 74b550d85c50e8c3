import { NAME_IN_CONFIGURATION } from "../../domain/aws/application-container.ts";
import { blocks, type Plan } from "../../domain/plan.ts";
import type { OpenTarget } from "../open-target.ts";
import type { ExecutionSession } from "./session.ts";

const STOP = "";

/**
 * Where all that blocks a plan is that the application's container is not certain: asks for it, once. The answer is part
 * of the target, so the journal records it, and `resume` and `undo` do not ask. Without an operator nothing changes.
 */
export async function askForContainer(plan: Plan, { target, io }: ExecutionSession): Promise<OpenTarget> {
  const findings = plan.steps.flatMap(blocks);
  const [first] = findings;
  if (first?.containers === undefined || !findings.every(({ containers }) => containers !== undefined)) return target;
  const { value } = await io.ask({
    kind: "choice",
    id: "container",
    message: "Which container is the application's?",
    detail: [first.text],
    choices: [
      { value: STOP, label: "none of them: stop here" },
      ...first.containers.map((name) => ({ value: name, label: name })),
    ],
    fallback: STOP,
  });
  if (!first.containers.includes(value)) return target;
  io.say(`Container ${value} is the application's in this execution. Always: ${NAME_IN_CONFIGURATION}.`);
  const named = target.withContainer(value);
  Object.assign(named.userAgent, target.userAgent);
  return named;
}
