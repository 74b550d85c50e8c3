import type { Image, ServiceRevision } from "../../domain/aws/ecs.ts";
import { isEcrImage } from "../../domain/aws/ecs.ts";
import { block, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../check.ts";

/** One container's image: what the registry has under its name now, and what the revision ran. */
export interface ImageEvidence {
  readonly ref: string;
  readonly found: Image | undefined;
  /** Digest that ECS resolved when the revision was last deployed. */
  readonly ran?: string;
  /** When that deployment began. */
  readonly deployedAt?: string;
}

/** ECS resolves tags again in every deployment. The same task definition may start another image than it once ran. */
export const images: RollbackCheck = {
  question: "whether the images of that revision are still in the registry",
  validAfterSend: true,
  async run(subject, { aws }) {
    const { name, containers } = subject.wanted;
    const [brought, deployedAt] = await Promise.all([revisionFromHistory(subject, name), lastDeployed(subject, name)]);
    const judged = containers.map(async ({ name: container, image: ref }) => {
      if (!isEcrImage(ref)) return notChecked(`image ${ref} of ${container}`, "it is not in ECR");
      const ran = brought?.images?.find((image) => image.container === container)?.digest;
      return aws.around.image(ref).then(
        (found) => judgeImage(name, { ref, found, ...(ran && { ran }), ...(deployedAt && { deployedAt }) }),
        (error: Error) => notChecked(`image ${ref} of ${container}`, error.message),
      );
    });
    return Promise.all(judged);
  },
};

type Subject = Parameters<RollbackCheck["run"]>[0];

/** The registry alone shows whether the image exists. So a history that cannot be read does not stop the check. */
function revisionFromHistory(subject: Subject, name: string): Promise<ServiceRevision | undefined> {
  return subject.brought(name).catch(() => undefined);
}

async function lastDeployed(subject: Subject, name: string): Promise<string | undefined> {
  const history = await subject.history().catch(() => []);
  return history.find((row) => row.taskDefinition === name)?.createdAt;
}

export function judgeImage(revision: string, { ref, found, ran, deployedAt }: ImageEvidence): Finding {
  const name = ref.split("/").at(-1) ?? ref;
  if (found === undefined)
    return block("image-gone", `image ${ref} is gone from the registry: no task of ${revision} can start`);
  const now = `${name} is ${short(found.digest)}`;
  if (ran === found.digest) return ok("image-same", `image ${name} exists, digest unchanged: ${short(found.digest)}`);
  if (ran !== undefined)
    return warn(
      "image-moved",
      `the tag was overwritten: ${now} now, and ${revision} ran ${short(ran)}; a rollback starts the new build`,
    );
  if (deployedAt !== undefined && (found.pushedAt ?? "") > deployedAt)
    return warn(
      "image-moved",
      `the tag was overwritten: ${now}, pushed at ${found.pushedAt}, and ${revision} was last deployed at ${deployedAt}`,
    );
  return ok("image-there", `${now} in the registry; the digest that ${revision} ran is not on record`);
}

const short = (digest: string): string => digest.slice(0, "sha256:".length + 12);
