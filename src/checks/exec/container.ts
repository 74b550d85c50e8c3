import {
  type ContainerChoice,
  type ContainerFacts,
  explainChoice,
  isOfVulcan,
  isProbablyAnother,
  NAMING,
  namesToChoose,
} from "../../domain/aws/application-container.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../check.ts";

export const container: ExecCheck = {
  question: "which container is to be entered",
  run: async (subject) => {
    const [choice, { containers }] = await Promise.all([subject.choice(), subject.definition()]);
    return [judgeContainer(choice, containers)];
  },
};

/** ExecuteCommand needs a name if a task has several containers, and a guess could run the command in a sidecar. */
export function judgeContainer(choice: ContainerChoice, containers: readonly ContainerFacts[] = []): Finding {
  const text = explainChoice(choice);
  if (choice.kind === "certain" && isProbablyAnother(choice.name, containers))
    return warn("exec-container-doubtful", `${text}; yet ${listed(containers)} is of Vulcan's image`, NAMING);
  if (choice.kind === "certain") return ok("exec-container", text);
  const code = choice.kind === "absent" ? "exec-container-absent" : "exec-which-container";
  return { ...block(code, text, NAMING), ...namesToChoose(choice) };
}

const listed = (containers: readonly ContainerFacts[]): string =>
  containers
    .filter(isOfVulcan)
    .map(({ name }) => name)
    .join(" and ");
