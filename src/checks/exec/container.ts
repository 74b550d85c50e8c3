import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../check.ts";
import type { ContainerChoice } from "../exec-subject.ts";

export const container: ExecCheck = {
  asks: "which container is to be entered",
  async look(subject) {
    const [choice, { containers }] = await Promise.all([subject.choice(), subject.definition()]);
    const names = containers.map(({ name }) => name);
    return [judgeContainer(choice, names)];
  },
};

const NAMING = "vulcan-ops migrate down … --container NAME";

/** ExecuteCommand asks for a name where a task has several containers, and a guess would run it in a sidecar. */
export function judgeContainer({ name, all }: ContainerChoice, defined: readonly string[]): Finding {
  if (name === undefined) {
    const text = `nothing tells which container is meant: ${all.join(", ") || "the task definition has none"}`;
    return block("exec-which-container", text, [NAMING]);
  }
  if (!defined.includes(name))
    return block("exec-container-absent", `there is no container ${name}, only ${defined.join(", ")}`, [NAMING]);
  return ok("exec-container", `container ${name} of ${defined.join(", ")}`);
}
