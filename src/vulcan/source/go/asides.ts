import { outerAssignmentsOf } from "./assignments.ts";
import type { GoNode } from "./node.ts";
import type { Aside, Run } from "./run.ts";
import { type Scope, unknown } from "./value.ts";

/** Follows what may run or not, so that nothing of it is missed; afterwards its variables are not known. */
export function aside<T>(run: Run, node: GoNode, scope: Scope, how: Aside, follow: () => T): T {
  forgetAssigned(run, node, scope, how.why);
  run.asides.push(how);
  try {
    return follow();
  } finally {
    run.asides.pop();
    forgetAssigned(run, node, scope, how.why);
  }
}

function forgetAssigned(run: Run, node: GoNode, scope: Scope, why: string): void {
  const { names, part } = outerAssignmentsOf(node);
  for (const name of names) scope.assign(name, unknown(node, `${name} is assigned ${why}`));
  if (part !== undefined) run.state.anyChange ??= { node: part, why: `an element is assigned ${why}` };
}
