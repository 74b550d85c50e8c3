import { certainContainerName, chooseContainer } from "../../domain/aws/application-container.ts";
import { type Image, isEcrImage, type Service } from "../../domain/aws/ecs.ts";
import { block, notChecked, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";

/** An image that tasks of the revision need, and what the registry answers. */
export interface NeededImage {
  readonly ref: string;
  /** Undefined where the registry does not have it. */
  readonly found: Image | Error | undefined;
}

const NOT_ECR = new Error("it is not in ECR");

/** The images of all containers of the revision to deploy. `image` replaces the one of the container that serves. */
export async function neededImages(
  service: Service,
  bring: string,
  image: string | undefined,
  { services: { aws }, target }: ActionReadContext,
): Promise<readonly NeededImage[]> {
  const { containers = [] } = (await aws.ecs.taskDefinition(bring)) ?? {};
  const application = certainContainerName(
    chooseContainer({ named: target.container, balancers: service.balancers, containers }),
  );
  const refs = containers.map(({ name, image: own }) => (name === application ? (image ?? own) : own));
  return Promise.all(
    [...new Set(refs)].map(async (ref) => ({ ref, found: isEcrImage(ref) ? await readImage(ref, aws) : NOT_ECR })),
  );
}

const readImage = (ref: string, aws: ActionServices["aws"]): Promise<NeededImage["found"]> =>
  aws.around.image(ref).catch((error: Error) => error);

export function imageFindings(images: readonly NeededImage[] | Error): readonly Finding[] {
  if (images instanceof Error) return [notChecked("whether the images are in the registry", images.message)];
  return images.map(({ ref, found }) => {
    if (found instanceof Error) return notChecked(`whether the registry has ${ref}`, found.message);
    if (found !== undefined) return ok("image-there", `the registry has ${ref}`);
    return block("image-absent", `the registry does not have ${ref}: no task could start`, [
      `push ${ref}, then the same command`,
    ]);
  });
}
