import type { Policy } from "../../../src/domain/aws/iam-policy.ts";
import type { Asked } from "./requests.ts";

/** Whether one of the policies allows it: the part of IAM's evaluation that these policies use. */
export const allows = (policies: readonly Policy[], asked: Asked): boolean =>
  policies.some(({ Statement }) =>
    Statement.some(
      ({ Action, Resource, Condition = {} }) =>
        Action.includes(asked.action) &&
        [Resource].flat().some((pattern) => matches(pattern, asked.resource)) &&
        Object.values(Condition).every((keys) =>
          Object.entries(keys).every(([key, pattern]) => matches(pattern, asked.context[key] ?? "")),
        ),
    ),
  );

/** A request without a resource is allowed by `*` alone. */
export function matches(pattern: string, text: string): boolean {
  if (text === "*") return pattern === "*";
  const expression = pattern.replace(/[.+^$(){}|[\]\\?]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${expression}$`).test(text);
}
