import { certainContainerName, chooseContainer } from "../../domain/aws/application-container.ts";
import { type Image, isEcrImage, type Service } from "../../domain/aws/ecs.ts";
import { runsOn } from "../../domain/aws/image-platform.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block, notChecked, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";

/** An image that tasks of the revision need, and what the registry answers. */
export interface NeededImage {
  readonly ref: string;
  /** Undefined where the registry does not have it. */
  readonly found: Image | Error | undefined;
  /** What it is built for; undefined where its manifest does not say. */
  readonly platforms?: readonly string[] | Error | undefined;
  /** What the revision runs on: `linux/amd64`. */
  readonly wanted?: string;
}

const NOT_ECR = new Error("it is not in ECR");

/** The images of all containers of the revision to deploy. `image` replaces the one of the container that serves. */
export async function neededImages(
  service: Service,
  bring: string,
  image: string | undefined,
  { services: { aws }, target }: ActionReadContext,
): Promise<readonly NeededImage[]> {
  const { containers = [], platform } = (await aws.ecs.taskDefinition(bring)) ?? {};
  const application = certainContainerName(
    chooseContainer({ named: target.container, balancers: service.balancers, containers }),
  );
  const refs = containers.map(({ name, image: own }) => (name === application ? (image ?? own) : own));
  return Promise.all([...new Set(refs)].map((ref) => readNeeded(ref, runsOn(platform), aws)));
}

async function readNeeded(ref: string, wanted: string, { around }: ActionServices["aws"]): Promise<NeededImage> {
  if (!isEcrImage(ref)) return { ref, found: NOT_ECR };
  const asError = (error: Error): Error => error;
  const [found, platforms] = await Promise.all([
    around.image(ref).catch(asError),
    around.imagePlatforms(ref).catch(asError),
  ]);
  return { ref, found, platforms, wanted };
}

export function imageFindings(images: readonly NeededImage[] | Error): readonly Finding[] {
  if (images instanceof Error) return [notChecked("whether the images are in the registry", images.message)];
  return images.flatMap((image) => [thereFinding(image), ...platformFinding(image)]);
}

/** The digests of all of them, with spaces; empty where one of them could not be looked up. */
export function digestsOf(images: readonly NeededImage[] | Error): string {
  const found = images instanceof Error ? [] : images.map((image) => image.found);
  const digests = found.flatMap((one) => (one === undefined || one instanceof Error ? [] : [one.digest]));
  return digests.length === found.length ? digests.join(" ") : "";
}

function thereFinding({ ref, found }: NeededImage): Finding {
  if (found instanceof Error) return notChecked(`whether the registry has ${ref}`, found.message);
  if (found !== undefined) return ok("image-there", `the registry has ${ref}, ${found.digest.slice(0, SHORT_DIGEST)}`);
  return block("image-absent", `the registry does not have ${ref}: no task could start`, [
    `push ${ref}, then the same command`,
  ]);
}

/** `sha256:` and as much as one compares by eye. */
export const SHORT_DIGEST = "sha256:".length + 12;

/** A task of another platform ends with `exec format error`, after the deployment has begun. */
function platformFinding({ ref, found, platforms, wanted }: NeededImage): readonly Finding[] {
  if (found === undefined || found instanceof Error || wanted === undefined) return [];
  const asks = `whether ${ref} is built for ${wanted}`;
  if (platforms instanceof Error) return [notChecked(asks, platforms.message)];
  if (platforms === undefined) return [notChecked(asks, "its manifest names no platform")];
  if (platforms.includes(wanted)) return [ok("image-platform", `${ref} is built for ${wanted}`)];
  const text = `${ref} is built for ${platforms.join(", ")}, and the revision runs on ${wanted}: no task could start`;
  const next = `${commandLine`docker buildx build --platform ${wanted} --tag ${ref} --push .`}, then the same command`;
  return [block("image-platform", text, [next])];
}
