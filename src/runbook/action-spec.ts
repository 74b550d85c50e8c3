import type { Action } from "../domain/action.ts";

/** What the checker, the schema and the explanation need to know of an action: all but its code. */
export type ActionSpec = Pick<
  Action<never>,
  | "name"
  | "formerly"
  | "summary"
  | "risk"
  | "requests"
  | "inputs"
  | "outputs"
  | "choosesEarlierUnless"
  | "endsBy"
  | "irreversible"
  | "leastToProve"
  | "minimumDurations"
>;

/** By name. Any `Registry<World>` fits. */
export type ActionSpecs = Readonly<Record<string, ActionSpec>>;

/** The spec of that name or of that former name; never an inherited member such as `constructor`. */
export function specOf(specs: ActionSpecs, name: string): ActionSpec | undefined {
  if (Object.hasOwn(specs, name)) return specs[name];
  return Object.values(specs).find(({ formerly }) => formerly === name);
}
