import { LABEL, labelOf } from "../../checks/revision/migrations-since.ts";
import type { ContainerQuestion } from "../../domain/aws/application-container.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { EcsReads } from "../../domain/aws/reads.ts";
import type { Knowledge } from "../../domain/migrations/applied.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import { type MigratingImage, migratingImage } from "./proof/migrating-image.ts";

/**
 * The newest migration that the deployed image knows: its own label, else the highest of the other running revisions.
 * `assertAccount` gets the service's account, and may throw.
 */
export async function readKnowledge(
  ecs: EcsReads,
  { cluster, service: name, container: named }: Target,
  assertAccount: (account: string) => Promise<void>,
): Promise<Knowledge> {
  const { arn, taskDefinition, deployments, balancers } = await ecs.service(cluster, name);
  await assertAccount(arn.split(":")[4] ?? "");
  const running = deployments.filter((deployment) => deployment.running !== 0).map((one) => one.taskDefinition);
  const revisions = [...new Set([taskDefinition, ...running])];
  const labels = await Promise.all(
    revisions.map(async (revision) => ({ revision, newest: await readLabel(ecs, revision, { named, balancers }) })),
  );
  return knowledgeOf(labels);
}

/** The deployed revision comes first. */
export function knowledgeOf(
  labels: readonly { readonly revision: string; readonly newest: number | undefined }[],
): Knowledge {
  const [deployed, ...others] = labels;
  const best =
    deployed?.newest === undefined ? others.toSorted((a, b) => (b.newest ?? -1) - (a.newest ?? -1))[0] : deployed;
  if (best?.newest !== undefined)
    return { known: true, newest: best.newest, how: `${LABEL}=${best.newest} on ${best.revision}` };
  const names = labels.map(({ revision }) => revision).join(", ");
  return { known: false, why: `no label or tag ${LABEL} on ${names}` };
}

/** The revisions whose label or tag says it. One that cannot be read is left out. */
export async function readLabels(
  ecs: EcsReads,
  names: readonly string[],
  question: LabelQuestion,
): Promise<ReadonlyMap<string, number>> {
  const found = await Promise.all(
    names.map(async (name) => [name, await readLabel(ecs, name, question).catch(() => undefined)] as const),
  );
  return new Map(found.filter((pair): pair is [string, number] => pair[1] !== undefined));
}

/** What identifies the application's container. */
type LabelQuestion = Omit<ContainerQuestion, "containers">;

async function readLabel(ecs: EcsReads, name: string, question: LabelQuestion): Promise<number | undefined> {
  return labelOf(await ecs.taskDefinition(name), question);
}

/** What is known of the image that a release brings: a registered revision's, or one that a copy of it gets. */
export async function imageToBring(
  bring: string,
  { service, image }: { readonly service: Service; readonly image: string | undefined },
  { services, target }: ActionReadContext,
): Promise<MigratingImage> {
  const { ecs } = services.aws;
  const question = { named: target.container, balancers: service.balancers };
  const [definition, labels] = await Promise.all([
    ecs.taskDefinition(bring).catch(() => undefined),
    image === undefined ? readLabels(ecs, [bring], question) : undefined,
  ]);
  return migratingImage(definition, { service, named: target.container, newest: labels?.get(bring), image });
}
