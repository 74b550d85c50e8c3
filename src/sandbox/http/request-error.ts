import { AwsError } from "./aws-error.ts";

/** What every service refuses, and each under a code of its own. */
export type MistakeKind = "missing" | "malformed" | "token";

/** A refusal that no single operation words: the service's room knows its code. */
export class Mistake extends AwsError {
  readonly kind: MistakeKind;
  readonly member: string;

  constructor(kind: MistakeKind, member: string, code: string, message: string) {
    super(code, message);
    this.kind = kind;
    this.member = member;
  }
}

/** How a service words them; where it says nothing, the mistake's own code stands. */
export interface Wording {
  readonly missing?: (member: string) => AwsError;
  /** The code of a value that is no number or no instant. */
  readonly malformed?: string;
  /** The code of a token that no page gave. */
  readonly token?: string;
}

/** The refusal as the service words it. */
export function inWordsOf(wording: Wording | undefined, refusal: AwsError): AwsError {
  if (!(refusal instanceof Mistake)) return refusal;
  const { kind, member } = refusal;
  if (kind === "missing") return wording?.missing?.(member) ?? refusal;
  const code = wording?.[kind];
  return code === undefined ? refusal : new AwsError(code, refusal.message);
}

/** As the services word it whose validation comes from their model. [O] */
export const nullMember =
  (code: string) =>
  (member: string): AwsError =>
    new AwsError(
      code,
      `1 validation error detected: Value null at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to ` +
        "satisfy constraint: Member must not be null",
    );
