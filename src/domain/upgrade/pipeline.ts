/** Which workflow builds and deploys the image. */
export interface PipelineSettings {
  /** `owner/name` */
  readonly githubRepository: string;
  /** The file of the workflow, `deploy.yml`. */
  readonly workflow: string;
  /** The variable that holds a token which may read the repository's Actions; a public repository needs none. */
  readonly tokenFromEnv?: string;
}

/** A run of the workflow that builds and deploys the image, as GitHub Actions reports it; times in RFC 3339. */
export interface PipelineRun {
  readonly number: number;
  /** The commit that it builds. */
  readonly sha: string;
  readonly branch?: string;
  /** queued, in_progress, completed … */
  readonly status: string;
  /** success, failure, cancelled …; absent until it is completed. */
  readonly conclusion?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly updatedAt?: string;
  readonly url?: string;
}

/** Something that may not be visible from here, and then why. */
export type Visible<T> =
  | { readonly visible: true; readonly value: T }
  | { readonly visible: false; readonly why?: string };

/** Reads of the pipeline. They never reject: what cannot be read is not visible. */
export interface PipelineReads {
  /** The newest runs, the newest first. */
  runs(): Promise<Visible<readonly PipelineRun[]>>;
}

/** What is known of the phases 1 and 2 of a deployment. */
export interface Pushed {
  readonly run: Visible<PipelineRun>;
  readonly image: Visible<PushedImage>;
}

export interface PushedImage {
  readonly ref: string;
  /** Absent where the registry does not have it. */
  readonly digest?: string;
  readonly pushedAt?: string;
}

/** Enough of a commit's hash to be a tag: `git log --abbrev` begins with seven. */
const COMMIT = /^[0-9a-f]{7,40}$/;

/** The commit that the tag names: `registry/vulcan:2.0.0-3f2a91c`. */
export function commitOf(image: string): string | undefined {
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? "";
  return tag.split("-").find((part) => COMMIT.test(part));
}

/**
 * The run that made this image: the one of the commit that the tag names, else the newest that began before the
 * deployment (RFC 3339).
 */
export function runOf(runs: readonly PipelineRun[], image: string, began: string): PipelineRun | undefined {
  const named = commitOf(image);
  const own = named === undefined ? undefined : runs.find(({ sha }) => sha.startsWith(named));
  return own ?? runs.find(({ createdAt }) => createdAt <= began);
}
