import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { number, text } from "../http/input.ts";
import { page } from "../http/page.ts";

/** The one kind of resource that is scaled here. */
export const NAMESPACE = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

export const refuse = (message: string): never => {
  throw new AwsError("ValidationException", message);
};

export function paged<T>(all: readonly T[], input: Input, kind: string): { items: readonly T[]; NextToken?: string } {
  const { items, nextToken } = page(all, number(input, "MaxResults") ?? 50, text(input, "NextToken"), kind);
  return nextToken === undefined ? { items } : { items, NextToken: nextToken };
}
