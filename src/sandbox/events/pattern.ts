import { AwsError } from "../http/aws-error.ts";

/** An event in the form in which rules see it, and targets get it. */
export interface BusEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

const invalid = (why: string): AwsError =>
  new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${why}`);

type Member = Readonly<Record<string, unknown>>;

const isMember = (value: unknown): value is Member =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a pattern: nested members, each leaf a list of what fits. Throws as EventBridge does. [D; texts O] */
export function readPattern(text: string): Member {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalid("Unexpected character");
  }
  if (!isMember(pattern) || Object.keys(pattern).length === 0) throw invalid("Empty event pattern is not allowed");
  checkLeaves(pattern);
  return pattern;
}

function checkLeaves(pattern: Member): void {
  for (const [name, wanted] of Object.entries(pattern)) {
    if (name.startsWith("$")) throw notSimulated(name);
    if (isMember(wanted)) checkLeaves(wanted);
    else if (!Array.isArray(wanted)) throw invalid(`"${name}" must be an object or an array`);
    else for (const one of wanted) if (isMember(one)) comparisonOf(one);
  }
}

type Compare = (wanted: unknown, found: unknown) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  prefix: (wanted, found) => typeof found === "string" && found.startsWith(String(wanted)),
  suffix: (wanted, found) => typeof found === "string" && found.endsWith(String(wanted)),
  "equals-ignore-case": (wanted, found) => String(found).toLowerCase() === String(wanted).toLowerCase(),
  "anything-but": (wanted, found) => found !== undefined && ![wanted].flat().includes(found),
  exists: (wanted, found) => (found !== undefined) === wanted,
};

const notSimulated = (what: string): AwsError =>
  new AwsError("NotImplemented", `The sandbox does not simulate event patterns with ${what}.`, 501);

function comparisonOf(one: Member): (found: unknown) => boolean {
  const [name = "", wanted] = Object.entries(one)[0] ?? [];
  const compare = COMPARISONS[name];
  if (compare === undefined) throw notSimulated(name);
  return (found) => compare(wanted, found);
}

/** Whether the event has all that the pattern names. Of a list in the event, one value is enough. [D] */
export function fits(pattern: Member, event: Member): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const found = event[name];
    if (isMember(wanted)) return isMember(found) && fits(wanted, found);
    const values = Array.isArray(found) && found.length > 0 ? found : [found];
    return (wanted as readonly unknown[]).some((one) => {
      const is = isMember(one) ? comparisonOf(one) : (value: unknown) => value === one;
      return values.some(is);
    });
  });
}
