import { LABEL, labelOf } from "../../checks/revision/migrations-since.ts";
import type { ContainerQuestion } from "../../domain/aws/application-container.ts";
import type { EcsReads } from "../../domain/aws/reads.ts";
import type { Knowledge } from "../../domain/migrations/applied.ts";
import type { Target } from "../../domain/target.ts";

/**
 * Newest migration that the deployed image knows: its own label, else the highest of the revisions beside it that run.
 * `assertAccount` is told whose service it is, and may throw.
 */
export async function readKnowledge(
  ecs: EcsReads,
  { cluster, service: name, container: named }: Target,
  assertAccount: (account: string) => Promise<void>,
): Promise<Knowledge> {
  const { arn, taskDefinition, deployments, balancers } = await ecs.service(cluster, name);
  await assertAccount(arn.split(":")[4] ?? "");
  const running = deployments.filter((deployment) => deployment.running > 0).map((one) => one.taskDefinition);
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

/** Those of these revisions whose label or tag says it; what cannot be read does not. */
export async function readLabels(
  ecs: EcsReads,
  names: readonly string[],
  asked: Asked,
): Promise<ReadonlyMap<string, number>> {
  const found = await Promise.all(
    names.map(async (name) => [name, await readLabel(ecs, name, asked).catch(() => undefined)] as const),
  );
  return new Map(found.filter((pair): pair is [string, number] => pair[1] !== undefined));
}

/** What tells the application's container. */
type Asked = Omit<ContainerQuestion, "containers">;

async function readLabel(ecs: EcsReads, name: string, asked: Asked): Promise<number | undefined> {
  const [definition, tags] = await Promise.all([ecs.taskDefinition(name), ecs.definitionTags(name)]);
  return labelOf(definition, tags, asked);
}
