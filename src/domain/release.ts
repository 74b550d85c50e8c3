import { familyOf, revisionOf } from "./aws/ecs.ts";

/** What a person calls a revision: the version of its image, where the image names one. */
export interface Release {
  /** `vulcan-prod:42`. */
  readonly taskDefinition: string;
  /** Image of the application's container. Absent where it is not known. */
  readonly image?: string;
}

const VERSION = /^v?\d+(?:\.\d+)+(?:[-+.][0-9A-Za-z.+-]+)?$/;

/** The version in an image's tag: `registry/vulcan:1.42.0` → `1.42.0`. Undefined for a digest, a commit or `latest`. */
export function imageVersion(image: string): string | undefined {
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1];
  return tag !== undefined && VERSION.test(tag) ? tag.replace(/^v/, "") : undefined;
}

/**
 * The release as every screen writes it: `1.42.0 (:42)`, or `:42` where the image names no version. The family is in
 * front of the revision only where it is not `family`, the one that the screen has already named.
 */
export function releaseName({ taskDefinition, image }: Release, family: string): string {
  // What is no revision, as `an unknown task`, has no number.
  if (Number.isNaN(revisionOf(taskDefinition))) return taskDefinition;
  const own = familyOf(taskDefinition);
  const revision = `${own === family ? "" : own}:${revisionOf(taskDefinition)}`;
  const version = image === undefined ? undefined : imageVersion(image);
  return version === undefined ? revision : `${version} (${revision})`;
}

/**
 * Two releases beside each other. Where both have the same version, or one has none, the revision comes first, and the
 * version only follows where it tells them apart: `1.43.0 (:43) → 1.42.0 (:42)`, but `:43 → :42 (both 1.42.0)`.
 */
export function releaseChange(from: Release, to: Release, family: string): string {
  const [before, after] = [from, to].map(({ image }) => (image === undefined ? undefined : imageVersion(image)));
  if (before !== undefined && after !== undefined && before !== after)
    return `${releaseName(from, family)} → ${releaseName(to, family)}`;
  const bare = (release: Release) => releaseName({ taskDefinition: release.taskDefinition }, family);
  const same = before !== undefined && before === after ? ` (both ${before})` : "";
  return `${bare(from)} → ${bare(to)}${same}`;
}
