import { type ContainerChoice, explainChoice, NAMING } from "../../domain/aws/application-container.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../check.ts";

export const container: ExecCheck = {
  asks: "which container is to be entered",
  look: async (subject) => [judgeContainer(await subject.choice())],
};

/** ExecuteCommand asks for a name where a task has several containers, and a guess would run it in a sidecar. */
export function judgeContainer(choice: ContainerChoice): Finding {
  const text = explainChoice(choice);
  if (choice.kind === "certain") return ok("exec-container", text);
  return block(choice.kind === "absent" ? "exec-container-absent" : "exec-which-container", text, NAMING);
}
