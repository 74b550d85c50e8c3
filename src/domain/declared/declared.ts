import type { Json, JsonObject } from "../json.ts";
import type { Operation } from "../operation.ts";

/** The forms in which settings are printed, for those who keep them as code or apply them by hand. */
export const FORMS = ["aws", "terraform", "cloudformation"] as const;
export type Form = (typeof FORMS)[number];

/** A resource, or the part of it that matters here, in the words of each form. */
export interface Declared {
  /** Its name in code: letters, digits and `_`. */
  readonly label: string;
  /** What it does when it is applied, one sentence each: a deployment, an outage, or neither. */
  readonly effects: readonly string[];
  readonly terraform: TerraformBlock;
  /** Absent where another resource of the template has it. */
  readonly cloudFormation?: { readonly type: string; readonly properties: JsonObject };
  /** The requests, in order; a line instead where one request is not enough. */
  readonly aws: readonly (Operation | string)[];
}

export interface TerraformBlock {
  readonly type: string;
  /** `expression` of a value is printed as it is: a reference to another resource. */
  readonly attributes: Readonly<Record<string, Json | { readonly expression: string } | undefined>>;
  /** Blocks in it, by name. */
  readonly blocks?: Readonly<Record<string, JsonObject>>;
}
