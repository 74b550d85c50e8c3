import { mistyped } from "./typed-answers.ts";

/** An answer without a member that AWS always gives. Its message completes "AWS's answer to … ". */
export class IncompleteAnswer extends Error {
  constructor(member: string) {
    super(`has no ${member}`);
    this.name = "IncompleteAnswer";
  }
}

/**
 * A member without which an answer says nothing. AWS always gives it; a server that speaks AWS's protocol may not.
 * Throws `IncompleteAnswer`: what is not known must not be taken for none, off or 0.
 */
export function needed<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw new IncompleteAnswer(member);
  return value;
}

/**
 * A member whose absence AWS documents as a default. One of another type was there, so it is not that default.
 * `answer`: the whole of it, as the SDK returned it. Throws `IncompleteAnswer`.
 */
export function orDefault<T>(answer: object, member: string, value: T | undefined, fallback: T): T {
  if (mistyped(answer).includes(member)) throw new IncompleteAnswer(`${member} of its type`);
  return value ?? fallback;
}

/** For an answer in which every absent member means something. Throws `IncompleteAnswer`. */
export function assertTyped(answer: object): void {
  const [member] = mistyped(answer);
  if (member !== undefined) throw new IncompleteAnswer(`${member} of its type`);
}
