import type { AwsReads } from "../aws/read.ts";
import type { Looking, Waiting } from "../domain/action.ts";
import type { Vulcan } from "../vulcan/migrations.ts";

/** What the reads of the actions may use. */
export interface World {
  readonly aws: AwsReads;
  readonly vulcan: Vulcan;
}

export type Look = Looking<World>;
export type Wait = Waiting<World>;
