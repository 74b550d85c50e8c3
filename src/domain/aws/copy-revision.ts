import { commandLine, option } from "../command-line.ts";
import type { JsonObject } from "../json.ts";
import { EXECUTION_TAG } from "./execution-tag.ts";

/** One difference of a copy. It holds no whole value of a variable, only the part that is replaced inside the value. */
export type Edit =
  | { readonly container: string; readonly member: "image"; readonly to: string }
  | {
      readonly container: string;
      readonly member: "environment";
      readonly name: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly container: string; readonly member: "secrets"; readonly name: string; readonly to: string }
  /** A label of the container that does not come along. */
  | { readonly container: string; readonly member: "dockerLabels"; readonly name: string }
  /** A tag of the revision that does not come along. */
  | TagEdit;

export interface TagEdit {
  readonly member: "tags";
  readonly name: string;
}

export type ContainerEdit = Exclude<Edit, TagEdit>;

/** A new revision by reference to an earlier one: the input of our RegisterTaskDefinition Operation. */
export interface CopyRequest {
  /** `family:revision` */
  readonly copyOf: string;
  readonly edits: readonly Edit[];
}

export const toCopyRequest = (input: JsonObject): CopyRequest => input as unknown as CopyRequest;

/** What DescribeTaskDefinition returns and RegisterTaskDefinition does not accept. [D] */
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

/** The lines that make the same copy by hand. They need `jq`, because the AWS CLI has no command for it. */
export function copyLine({ copyOf, edits }: CopyRequest, region?: string): string {
  const register = commandLine`aws ecs register-task-definition --cli-input-json file://copy.json ${where(region)}`;
  return `${describeToFile(copyOf, edits, region)} && ${register}`;
}

/** The tags come along, as with our request. AWS's own cannot be passed, and ours name another attempt. */
const TAGS = `.tags |= [.[]? | select(.key | startswith("aws:") or . == "${EXECUTION_TAG}" | not)]`;

/** Writes the input of RegisterTaskDefinition to `copy.json`. */
export function describeToFile(taskDefinition: string, edits: readonly Edit[], region?: string): string {
  const without = `del(${ANSWER_ONLY.map((name) => `.${name}`).join(", ")})`;
  const filter = [without, TAGS, ...edits.map(assignment)].join(" | ");
  const query = "merge(taskDefinition, {tags: tags})";
  return commandLine`aws ecs describe-task-definition --task-definition ${taskDefinition} --include TAGS --query ${query} --output json ${where(region)} | jq ${filter} > copy.json`;
}

const where = (region?: string) => (region === undefined ? [] : option("region", region));

function assignment(edit: Edit): string {
  const text = JSON.stringify;
  if (edit.member === "tags") return `.tags |= [.[] | select(.key != ${text(edit.name)})]`;
  const container = `.containerDefinitions[] | select(.name == ${text(edit.container)})`;
  if (edit.member === "image") return `(${container} | .image) = ${text(edit.to)}`;
  if (edit.member === "dockerLabels") return `del(${container} | .dockerLabels[${text(edit.name)}])`;
  const named = `${container} | .${edit.member}[] | select(.name == ${text(edit.name)})`;
  return edit.member === "secrets"
    ? `(${named} | .valueFrom) = ${text(edit.to)}`
    : // The last match alone, as in our request: an earlier one may be part of a password.
      `(${named} | .value) |= (split(${text(edit.from)}) | (.[:-1] | join(${text(edit.from)})) + ${text(edit.to)} + .[-1])`;
}
