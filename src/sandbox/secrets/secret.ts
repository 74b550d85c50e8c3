import type { Tag } from "../http/tags.ts";

/** One current or past value of a secret, with its staging labels. It gives access to nothing outside the sandbox. */
interface SecretVersion {
  readonly id: string;
  readonly value: string;
  readonly createdAt: number;
  stages: readonly string[];
}

/** A secret as Secrets Manager keeps it. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  description: string | undefined;
  readonly createdAt: number;
  tags: readonly Tag[];
  /** When it is deleted, if it is about to be. */
  deletedAt: number | undefined;
  /** Oldest first. */
  readonly versions: SecretVersion[];
}

export const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

export const versionAt = ({ versions }: Secret, stage: string): SecretVersion | undefined =>
  versions.find(({ stages }) => stages.includes(stage));

export const currentValue = (secret: Secret): string => versionAt(secret, CURRENT)?.value ?? "";

/** Adds a version. Its labels move to it. The former current version becomes the previous one. [D] */
export function addVersion(secret: Secret, version: SecretVersion): void {
  const old = versionAt(secret, CURRENT);
  const moved = version.stages.includes(CURRENT) ? [...version.stages, PREVIOUS] : version.stages;
  for (const other of secret.versions) other.stages = other.stages.filter((stage) => !moved.includes(stage));
  if (old !== undefined && version.stages.includes(CURRENT)) old.stages = [...old.stages, PREVIOUS];
  secret.versions.push(version);
}
