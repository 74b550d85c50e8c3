import { AwsError } from "../http/aws-error.ts";
import type { World } from "../world.ts";

/** What an account may have in one region, by the names DescribeAccountAttributes uses. [D for the first three] */
export const QUOTAS = {
  DBInstances: 40,
  ManualSnapshots: 100,
  AllocatedStorage: 100_000,
  DBParameterGroups: 50,
  DBSubnetGroups: 50,
  OptionGroups: 20,
} as const;

/** Refuses more storage than the account may have, where an instance grows or is made. [D] */
export function refuseOverStorage(world: World, more: number): void {
  const used = [...world.rds.instances.values()].reduce((sum, { settings }) => sum + settings.AllocatedStorage, 0);
  if (used + more > QUOTAS.AllocatedStorage) throw new AwsError("StorageQuotaExceeded", "Storage quota exceeded");
}
