import type { Migration } from "./migrations.ts";

/** How a build of Vulcan behaves once it has started. */
export type Behaviour =
  | { readonly kind: "healthy" }
  /** Serves, but /health answers 503 with this reason. */
  | { readonly kind: "failing-health"; readonly reason: string }
  /** Healthy, but this share (0–1) of the requests to pages answers 500. */
  | { readonly kind: "errors-on-requests"; readonly share: number; readonly reason: string }
  /** Ends with this exit code before it listens. */
  | { readonly kind: "crash-on-start"; readonly exitCode: number; readonly reason: string };

/** What is wrong with a build beyond its pages. */
export interface ImageTraits {
  /** Leaks memory: it is killed for that this many virtual seconds after its start. */
  readonly outOfMemoryAfter?: number;
  /** The container's own health check cannot run, because the base image lost the program that it calls. */
  readonly withoutCurl?: boolean;
  /** Its own variant of one migration. */
  readonly ownMigration?: Migration;
  /** Why it cannot be pulled, though the registry has it. */
  readonly cannotPull?: "platform" | "network";
  /** SIGTERM does not end it. */
  readonly ignoresTerm?: boolean;
  /** Virtual time continues while it starts. */
  readonly startsSlowly?: boolean;
}

/** A build in the registry: data, not code. */
export interface Image {
  /** `repository:tag`, as a container definition names it. */
  readonly ref: string;
  readonly digest: string;
  readonly version: string;
  /** The newest migration this build contains; it knows all the earlier ones. */
  readonly migrations: number;
  readonly behaviour: Behaviour;
  readonly traits?: ImageTraits;
}
