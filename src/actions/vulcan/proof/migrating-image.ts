import { LABEL } from "../../../checks/revision/migrations-since.ts";
import { certainContainerName, chooseContainer } from "../../../domain/aws/application-container.ts";
import type { Service, TaskDefinition } from "../../../domain/aws/ecs.ts";
import type { MigrationProofs } from "../../../domain/migrations/proof.ts";
import { commitOf } from "../../../domain/upgrade/pipeline.ts";

/** What is known of the image whose program runs the migrations. */
export interface MigratingImage {
  /** Its newest migration, by its label. */
  readonly newest?: number | undefined;
  /** The commit that it was built from, by its tag or its label. */
  readonly commit?: string | undefined;
}

/** The label that the OCI gives a commit. [D: OCI image spec, annotations] */
const REVISION = "org.opencontainers.image.revision";
const COMMIT = /^[0-9a-f]{7,40}$/;

/** By the application's container of a revision; `image` takes the place of its own in a copy, whose labels say nothing. */
export function migratingImage(
  definition: TaskDefinition | undefined,
  { service, named, newest, image }: ImageQuestion,
): MigratingImage {
  if (image !== undefined) return { commit: commitOf(image) };
  const { containers = [] } = definition ?? {};
  const name = certainContainerName(chooseContainer({ named, balancers: service.balancers, containers }));
  const container = containers.find((one) => one.name === name);
  const label = container?.labels[REVISION];
  const labelled = label !== undefined && COMMIT.test(label) ? label : undefined;
  return { newest, commit: labelled ?? (container === undefined ? undefined : commitOf(container.image)) };
}

interface ImageQuestion {
  readonly service: Service;
  readonly named: string | undefined;
  readonly newest: number | undefined;
  readonly image?: string | undefined;
}

/** Why the operator's source is not known to be that of the image; undefined where its label and its commit say so. */
export async function whyNotOfImage(image: MigratingImage, proofs: MigrationProofs): Promise<string | undefined> {
  const newest = await proofs.newest();
  if (image.newest !== undefined && image.newest !== newest)
    return `its label ${LABEL} says ${image.newest}, the source has ${newest}`;
  const { commit: said } = proofs;
  const { commit: named } = image;
  if (said !== undefined && named !== undefined && !isSame(said, named))
    return `--commit says ${said}, the image ${named}`;
  const commit = longer(said, named);
  if (commit === undefined) return "no tag and no label names its commit: --commit SHA does";
  return proofs.otherThan(commit);
}

const isSame = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

const longer = (one: string | undefined, other: string | undefined): string | undefined =>
  (one?.length ?? 0) > (other?.length ?? 0) ? one : other;
