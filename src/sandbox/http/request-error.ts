import { AwsError } from "./aws-error.ts";

/** Errors that every service has, each with its own code. */
export type RequestErrorKind = "missing" | "malformed" | "token";

/** An error that is not specific to one operation. The service's `wording` sets its code. */
export class RequestError extends AwsError {
  readonly kind: RequestErrorKind;
  readonly member: string;

  constructor(kind: RequestErrorKind, member: string, code: string, message: string) {
    super(code, message);
    this.kind = kind;
    this.member = member;
  }
}

/** How a service words these errors. Without an entry, the error keeps its own code. */
export interface Wording {
  readonly missing?: (member: string) => AwsError;
  /** The code for a value that is not a number or not an instant. */
  readonly malformed?: string;
  /** The code for a token that no page returned. */
  readonly token?: string;
}

/** The error as the service words it. */
export function wordError(wording: Wording | undefined, refusal: AwsError): AwsError {
  if (!(refusal instanceof RequestError)) return refusal;
  const { kind, member } = refusal;
  if (kind === "missing") return wording?.missing?.(member) ?? refusal;
  const code = wording?.[kind];
  return code === undefined ? refusal : new AwsError(code, refusal.message);
}

/** The wording of services that validate by their model. [O] */
export const nullMember =
  (code: string) =>
  (member: string): AwsError =>
    new AwsError(
      code,
      `1 validation error detected: Value null at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to ` +
        "satisfy constraint: Member must not be null",
    );
