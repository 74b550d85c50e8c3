import type { Caller } from "../target.ts";

/** `assumed-role/Operator/bob`, `user/bob`, `root`: the principal within its account. */
const within = ({ arn }: Caller): string => arn.split(":").slice(5).join(":");

/** `Operator/bob`, `user/bob`: short enough to be typed. */
export const principalName = (caller: Caller): string => within(caller).replace(/^assumed-role\//, "");

/**
 * Names that SDKs, instances, tasks and pipelines give to a session of a role: another one each time, and of no person.
 * [O: botocore, aws-sdk-js, aws-sdk-go; D: instance ids, task ids]
 */
const GENERATED =
  /^(botocore-session-\d+|aws-(sdk-js-session|go-sdk|cli-session|sdk-java)-?\d+|i-[0-9a-f]{8,}|[0-9a-f]{32}|[\w+=,.@-]*\d{6,}[\w+=,.@-]*)$/i;

/** The last part of its name: a user's, or that of a role's session, which is a person's with AWS IAM Identity Center. */
const personName = (caller: Caller): string => within(caller).split("/").at(-1)?.toLowerCase() ?? "";

/**
 * Whether both may be one person: the same principal, or the same name in another role. Names do not prove that two
 * sessions are two people; they tell where they are not.
 */
export const isSamePerson = (one: Caller, other: Caller): boolean =>
  isSamePrincipal(one, other) || personName(one) === personName(other);

/** Whether both are the same principal, as far as their names say: sessions with generated names are their role's. */
export function isSamePrincipal(one: Caller, other: Caller): boolean {
  if (one.account !== other.account) return false;
  const [kind, name, session = ""] = within(one).split("/");
  const [otherKind, otherName, otherSession = ""] = within(other).split("/");
  if (kind !== "assumed-role" || otherKind !== "assumed-role") return within(one) === within(other);
  const isSameSession = session === otherSession || (GENERATED.test(session) && GENERATED.test(otherSession));
  return name === otherName && isSameSession;
}
