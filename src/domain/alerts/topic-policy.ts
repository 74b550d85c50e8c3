import { iamPattern } from "../aws/iam-pattern.ts";

/** A service of AWS that publishes to a topic for this account. */
export interface Publisher {
  /** `events.amazonaws.com` */
  readonly service: string;
  readonly account: string;
  /** ARN of the rule or of the alarm. */
  readonly source: string;
}

/** What a topic's policy says of a publisher; `unknown` where it rests on something that is not looked at here. */
export type Allowed = "allowed" | "refused" | "unknown";

interface Statement {
  readonly Sid?: unknown;
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** Who publishes, and to which topic (ARN). */
type Asked = Publisher & { readonly topic: string };

/** Reads a topic's policy (JSON). A Deny wins; nothing that allows is a refusal. [D: IAM, policy evaluation logic] */
export function allowsPublishing(policy: string, asked: Asked): Allowed {
  const statements = statementsIn(policy);
  if (statements === undefined) return "unknown";
  const effects = (effect: string) =>
    statements.filter(({ Effect }) => Effect === effect).map((one) => applies(one, asked));
  const [denied, allowed] = [effects("Deny"), effects("Allow")];
  if (denied.includes(true)) return "refused";
  if (allowed.includes(true)) return denied.includes(undefined) ? "unknown" : "allowed";
  return allowed.includes(undefined) ? "unknown" : "refused";
}

/** The Deny that refuses the publisher, by its Sid, else by its number from 1: no further Allow helps. */
export function denyOf(policy: string, asked: Asked): string | undefined {
  const statements = statementsIn(policy) ?? [];
  const index = statements.findIndex((one) => one.Effect === "Deny" && applies(one, asked) === true);
  const sid = statements[index]?.Sid;
  if (index === -1) return undefined;
  return typeof sid === "string" && sid !== "" ? sid : `statement ${index + 1}`;
}

/** Whether all parts of a statement fit; undefined where that is not known here. */
function applies(one: Statement, asked: Asked): boolean | undefined {
  return all([
    one.NotPrincipal === undefined ? names(one.Principal, asked.service) : undefined,
    one.NotAction === undefined ? publishes(one.Action) : !publishes(one.NotAction),
    one.NotResource === undefined ? isOn(one.Resource, asked.topic) : !isOn(one.NotResource, asked.topic),
    holds(one.Condition, asked),
  ]);
}

function all(parts: readonly (boolean | undefined)[]): boolean | undefined {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** The same policy with a statement that lets EventBridge and CloudWatch publish. Undefined where it is no JSON. */
export function withPublishers(policy: string, topic: string, account: string): string | undefined {
  const statements = statementsIn(policy);
  if (statements === undefined) return undefined;
  const added = {
    Sid: "vulcanOpsAlerts",
    Effect: "Allow",
    Principal: { Service: ["events.amazonaws.com", "cloudwatch.amazonaws.com"] },
    Action: "sns:Publish",
    Resource: topic,
    ...(account !== "" && { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
  };
  return JSON.stringify({ ...JSON.parse(policy), Statement: [...statements, added] });
}

function statementsIn(policy: string): readonly Statement[] | undefined {
  try {
    const { Statement } = JSON.parse(policy) as { readonly Statement?: unknown };
    const all = [Statement].flat();
    return all.every((one) => typeof one === "object" && one !== null) ? (all as Statement[]) : undefined;
  } catch {
    return undefined;
  }
}

const listed = (value: unknown): readonly string[] => [value ?? []].flat().map(String);

function names(principal: unknown, service: string): boolean {
  if (principal === "*") return true;
  const { Service, AWS } = (principal ?? {}) as { readonly Service?: unknown; readonly AWS?: unknown };
  return listed(Service).includes(service) || listed(AWS).includes("*");
}

/** IAM compares actions without regard to case. [D] */
const publishes = (action: unknown): boolean => listed(action).some((one) => iamPattern(one).test("sns:Publish"));

/** A statement without a resource is on the topic that has the policy. */
const isOn = (resource: unknown, topic: string): boolean =>
  resource === undefined || listed(resource).some((one) => iamPattern(one).test(topic));

const COMPARED = /^(?:ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/;

/** Whether all conditions hold; undefined where one is not known here. */
function holds(condition: unknown, publisher: Publisher): boolean | undefined {
  const known = keysOf(publisher);
  return all(
    Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys as object).map(([key, wanted]) => {
        const [, kind] = COMPARED.exec(operator) ?? [];
        if (kind === undefined || !known.has(key.toLowerCase())) return undefined;
        return compares(kind, listed(wanted), known.get(key.toLowerCase()));
      }),
    ),
  );
}

/**
 * StringEquals compares `*` as a character; who writes it there means something else, so nothing is concluded from it.
 * ArnEquals takes patterns, as ArnLike does. [D: IAM, condition operators]
 */
function compares(kind: string, wanted: readonly string[], value: string | undefined): boolean | undefined {
  if (value === undefined) return false;
  if (!kind.startsWith("StringEquals")) return wanted.some((one) => iamPattern(one).test(value));
  const same = (one: string) =>
    one === value || (kind.endsWith("IgnoreCase") && one.toLowerCase() === value.toLowerCase());
  if (wanted.some(same)) return true;
  return wanted.some((one) => /[*?]/.test(one)) ? undefined : false;
}

/**
 * CloudWatch says whose the alarm is by `aws:SourceOwner`, as new topics' own policy wants; EventBridge does not, so that
 * this policy refuses its rules. [D: EventBridge, resource-based policies for SNS]
 */
const keysOf = ({ service, account, source }: Publisher): ReadonlyMap<string, string | undefined> =>
  new Map([
    ["aws:sourceaccount", account],
    ["aws:sourcearn", source],
    ["aws:sourceowner", service.startsWith("cloudwatch.") ? account : undefined],
  ]);
