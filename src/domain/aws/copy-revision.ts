import type { JsonObject } from "../json.ts";

/** One difference of a copy. No value of a variable is in it, only the place that is replaced inside the value. */
export type Edit =
  | { readonly container: string; readonly member: "image"; readonly to: string }
  | {
      readonly container: string;
      readonly member: "environment";
      readonly name: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly container: string; readonly member: "secrets"; readonly name: string; readonly to: string };

/** A new revision by reference to an earlier one: the input of our RegisterTaskDefinition Operation. */
export interface CopyRequest {
  /** `family:revision` */
  readonly copyOf: string;
  readonly edits: readonly Edit[];
}

export const toCopyRequest = (input: JsonObject): CopyRequest => input as unknown as CopyRequest;

/** What DescribeTaskDefinition answers and RegisterTaskDefinition does not take. [D] */
export const ANSWER_ONLY = [
  "taskDefinitionArn",
  "revision",
  "status",
  "requiresAttributes",
  "compatibilities",
  "registeredAt",
  "registeredBy",
  "deregisteredAt",
  "deleteRequestedAt",
] as const;
