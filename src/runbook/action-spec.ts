import type { Action } from "../domain/action.ts";

/** What the checker, the schema and the explanation need to know of an action: all but its code. */
export type ActionSpec = Pick<
  Action<never>,
  "name" | "summary" | "risk" | "inputs" | "outputs" | "irreversible" | "takes"
>;

/** By name. Any `Registry<World>` fits. */
export type ActionSpecs = Readonly<Record<string, ActionSpec>>;

/** The spec of that name; never something inherited, such as `constructor`. */
export function specOf(specs: ActionSpecs, name: string): ActionSpec | undefined {
  return Object.hasOwn(specs, name) ? specs[name] : undefined;
}
