import type { ActionVerifyContext } from "../../domain/services.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { SHORT_DIGEST } from "../maintenance/images.ts";

/** Evidence for the outcome, not a part of the wait: it may be late. */
const LIMIT_MS = 5000;

/**
 * Whether ECS deployed the images that the checks saw in the registry, by their digests: a tag may be pushed again in
 * between. ECS resolves the digests of a deployment once. [D: software version consistency] `checked`: with spaces;
 * empty where not every image could be looked up.
 */
export async function imageProof(
  wanted: string,
  checked: string,
  { services, target }: ActionVerifyContext,
): Promise<readonly string[]> {
  if (checked === "") return [];
  const history = await withTimeLimit(LIMIT_MS, services.aws.ecs.history(target.cluster, target.service)).catch(
    () => [],
  );
  const images = history.find(({ taskDefinition }) => taskDefinition === wanted)?.images;
  if (images === undefined) return ["digest not read"];
  const ran = images.split(" ").map((image) => image.slice(image.indexOf("=") + 1));
  const others = ran.filter((digest) => !checked.split(" ").includes(digest));
  if (others.length === 0) return ["digest as checked"];
  return [`ANOTHER IMAGE than was checked: ${others.map((digest) => digest.slice(0, SHORT_DIGEST)).join(", ")}`];
}
