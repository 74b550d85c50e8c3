import { usageError } from "../error.ts";
import { accountRegionOf } from "./arn.ts";
import { familyOf, revisionOf, type Service, shortName } from "./ecs.ts";

/** What an operator gives for a revision, once parsed: 42 for `42` and `:42`; else `vulcan-prod:42` or an ARN. */
export type WrittenRevision = number | string;

/** `family:revision` that is meant: a number alone is of the service's own family. Throws for another account's ARN. */
export function namedRevision(written: WrittenRevision, service: Pick<Service, "arn" | "taskDefinition">): string {
  if (typeof written === "number") return `${familyOf(service.taskDefinition)}:${written}`;
  const [given, own] = [accountRegionOf(written), accountRegionOf(service.arn)];
  const isElsewhere = given !== undefined && own !== undefined && placeOf(given) !== placeOf(own);
  if (isElsewhere)
    throw usageError(
      "revision-elsewhere",
      `${written} is in ${placeOf(given)}; the service is in ${placeOf(own)}, and starts only task definitions from there`,
      ["vulcan-ops rollback --choose", "vulcan-ops status"],
    );
  return shortName(written);
}

const placeOf = ({ account, region }: { readonly account: string; readonly region: string }) => `${account} ${region}`;

/** How a person types a revision: its number, and with the family where that differs from the one in use. */
export const revisionText = (name: string, current: string | undefined): string =>
  current === undefined || familyOf(name) === familyOf(current) ? String(revisionOf(name)) : name;

/**
 * Does what was typed mean `text`? Where `text` ends with a revision of `name`, `:42`, `vulcan-prod:42` and its ARN mean
 * the same as `42`. A text that names the family needs the family.
 */
export function isMeant(typed: string, text: string, name?: string): boolean {
  if (typed === text) return true;
  if (name === undefined) return false;
  const isFull = text.endsWith(name);
  const lead = text.slice(0, -(isFull ? name : String(revisionOf(name))).length);
  const rest = typed.startsWith(lead) ? typed.slice(lead.length) : "";
  return shortName(rest) === name || (!isFull && rest === `:${revisionOf(name)}`);
}
