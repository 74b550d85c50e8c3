import { type ContainerChoice, explainChoice, NAMING } from "../../domain/aws/application-container.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../check.ts";

export const container: ExecCheck = {
  question: "which container is to be entered",
  run: async (subject) => [judgeContainer(await subject.choice())],
};

/** ExecuteCommand needs a name if a task has several containers, and a guess could run the command in a sidecar. */
export function judgeContainer(choice: ContainerChoice): Finding {
  const text = explainChoice(choice);
  if (choice.kind === "certain") return ok("exec-container", text);
  return block(choice.kind === "absent" ? "exec-container-absent" : "exec-which-container", text, NAMING);
}
