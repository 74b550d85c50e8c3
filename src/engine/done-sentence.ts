import type { StepOutcome } from "./outcome.ts";

export type Done = StepOutcome & { readonly kind: "done" };

/** What a run that came to its last step has to say. */
export interface Reports {
  /** What was done. */
  readonly text: string;
  /** The same in about ten words. */
  readonly state: string | undefined;
  /** Steps whose proof was set up and could not be given. */
  readonly unproven: readonly Done[];
  /** Of steps that the operator passed over. */
  readonly passed: readonly string[];
}

/** The end of the run: doubts first, then what was done, then what is said beside it. */
export function doneWith({ text, state, unproven, passed }: Reports): Done {
  const [beside, doubts] = [unproven.filter(saysItself), unproven.filter((end) => !saysItself(end))];
  const all = [...doubts.map((end) => end.text), text, ...beside.map((end) => end.text), ...passed];
  const said = state === undefined || passed.length + beside.length > 0 ? {} : { state };
  return { ...worst(unproven), kind: "done", text: all.filter((part) => part !== "").join("; "), ...said };
}

/** It has an exit code of its own: what was done stands first, and this beside it. */
const saysItself = ({ exitCode }: Done): boolean => exitCode !== undefined;

/** A proof that `resume` can still give comes first. */
const worst = (unproven: readonly Done[]): Partial<Done> =>
  unproven.find(({ isAgain }) => isAgain) ?? unproven.find((end) => !saysItself(end)) ?? unproven[0] ?? {};
