import { iamPattern } from "../aws/iam-pattern.ts";

/** A service of AWS that publishes to a topic for this account. */
export interface Publisher {
  /** `events.amazonaws.com` */
  readonly service: string;
  readonly account: string;
  /** ARN of the rule or of the alarm. */
  readonly source: string;
}

/** What a topic's policy says of a publisher; `unknown` where it rests on a condition that is not looked at here. */
export type Allowed = "allowed" | "refused" | "unknown";

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
}

/** Reads a topic's policy (JSON). A Deny wins; nothing that allows is a refusal. [D: IAM, policy evaluation logic] */
export function allowsPublishing(policy: string, publisher: Publisher): Allowed {
  const statements = statementsIn(policy);
  if (statements === undefined) return "unknown";
  const fitting = statements.filter((one) => names(one.Principal, publisher.service) && publishes(one.Action));
  const effects = (effect: string) =>
    fitting.filter(({ Effect }) => Effect === effect).map((one) => holds(one.Condition, publisher));
  const [denied, allowed] = [effects("Deny"), effects("Allow")];
  if (denied.includes(true)) return "refused";
  if (allowed.includes(true)) return denied.includes(undefined) ? "unknown" : "allowed";
  return allowed.includes(undefined) ? "unknown" : "refused";
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

const COMPARED = /^(ForAnyValue:)?(StringEquals|StringLike|ArnEquals|ArnLike)(IgnoreCase)?$/;

/** Whether all conditions hold; undefined where one is not known here. */
function holds(condition: unknown, publisher: Publisher): boolean | undefined {
  const known = keysOf(publisher);
  const each = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys as object).map(([key, wanted]) => {
      const value = known.get(key.toLowerCase());
      if (!COMPARED.test(operator) || !known.has(key.toLowerCase())) return undefined;
      return value !== undefined && listed(wanted).some((one) => iamPattern(one).test(value));
    }),
  );
  if (each.includes(false)) return false;
  return each.includes(undefined) ? undefined : true;
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
