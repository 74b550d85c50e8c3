import type * as Sdk from "@aws-sdk/client-ecs";
import { inBatches } from "../../domain/aws/ecs.ts";
import { needed } from "../client/needed.ts";
import type * as Commands from "../sdk/ecs.ts";
import { knownDefinitionName } from "./definition-name.ts";

const DESCRIBE_BATCH = 20;

/** What a service revision brings: its task definition, and the digests of its images where ECS has resolved them. */
export interface Brought {
  readonly taskDefinition: string;
  readonly images?: string;
}

type Arns = readonly (string | undefined)[];

/** Service revisions, each read once where that is enough: all but the digests of its images is final. */
export interface ServiceRevisions {
  /** What each of these brings, by its ARN, among others. */
  brought(ecs: Sdk.ECSClient, sdk: typeof Commands, arns: Arns): Promise<ReadonlyMap<string, Brought>>;
  /** Those of these that ECS knows. One whose images were not resolved yet is read anew. */
  whole(ecs: Sdk.ECSClient, sdk: typeof Commands, arns: Arns): Promise<readonly Sdk.ServiceRevision[]>;
}

export function serviceRevisions(): ServiceRevisions {
  const known = new Map<string, Sdk.ServiceRevision>();
  const brought = new Map<string, Brought>();
  const reading = new Map<string, Promise<void>>();
  const read = async (ecs: Sdk.ECSClient, sdk: typeof Commands, serviceRevisionArns: string[]) => {
    const answer = await ecs.send(new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    for (const found of needed(answer.serviceRevisions, "serviceRevisions")) {
      const { serviceRevisionArn = "", taskDefinition, containerImages } = found;
      known.set(serviceRevisionArn, found);
      brought.set(serviceRevisionArn, { taskDefinition: knownDefinitionName(taskDefinition), ...digestsOf(containerImages) });
    }
  };
  const readOnce = async (ecs: Sdk.ECSClient, sdk: typeof Commands, arns: readonly string[]) => {
    const unasked = arns.filter((arn) => !reading.has(arn));
    for (const batch of inBatches(unasked, DESCRIBE_BATCH)) {
      const answered = read(ecs, sdk, batch).finally(() => {
        for (const arn of batch) reading.delete(arn);
      });
      for (const arn of batch) reading.set(arn, answered);
    }
    await Promise.all(arns.map((arn) => reading.get(arn)));
  };
  return {
    async brought(ecs, sdk, arns) {
      const isNew = (arn: string) => !known.has(arn);
      await readOnce(ecs, sdk, named(arns).filter(isNew));
      return brought;
    },
    async whole(ecs, sdk, arns) {
      const isOpen = (arn: string) => brought.get(arn)?.images === undefined;
      await readOnce(ecs, sdk, named(arns).filter(isOpen));
      return named(arns).flatMap((arn) => known.get(arn) ?? []);
    },
  };
}

const named = (arns: Arns): readonly string[] => [...new Set(arns)].filter((arn): arn is string => Boolean(arn));

function digestsOf(images: readonly Sdk.ContainerImage[] = []): Pick<Brought, "images"> {
  const digests = images.map(({ containerName = "", imageDigest }) => imageDigest && `${containerName}=${imageDigest}`);
  const isResolved = digests.length > 0 && digests.every(Boolean);
  return isResolved ? { images: digests.sort().join(" ") } : {};
}
