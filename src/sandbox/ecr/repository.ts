import { AwsError } from "../http/aws-error.ts";
import type { World } from "../world.ts";
import type { Repository } from "./model.ts";

export const newRepository = ({ region, account }: World, name: string, createdAt: number): Repository => ({
  name,
  arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
  createdAt,
  isImmutable: false,
  tags: [],
});

export function findRepository(world: World, name: string): Repository {
  const found = world.repositories.get(name);
  if (found !== undefined) return found;
  const message = `The repository with name '${name}' does not exist in the registry with id '${world.account}'`;
  throw new AwsError("RepositoryNotFoundException", message);
}
