import { AwsError } from "../http/aws-error.ts";
import type { World } from "../world.ts";

/** An account's quotas in one region, under the names of DescribeAccountAttributes. [D for the first three] */
export const QUOTAS = {
  DBInstances: 40,
  ManualSnapshots: 100,
  AllocatedStorage: 100_000,
  DBParameterGroups: 50,
  DBSubnetGroups: 50,
  OptionGroups: 20,
} as const;

/** Refuses to exceed the account's storage quota when an instance grows or is created. [D] */
export function refuseOverStorage(world: World, more: number): void {
  const used = [...world.rds.instances.values()].reduce((sum, { settings }) => sum + settings.AllocatedStorage, 0);
  if (used + more > QUOTAS.AllocatedStorage) throw new AwsError("StorageQuotaExceeded", "Storage quota exceeded");
}

/** Refuses one more instance with that storage beyond the account's quotas. [D] */
export function refuseOverQuota(world: World, storage: number): void {
  if (world.rds.instances.size >= QUOTAS.DBInstances) {
    throw new AwsError("InstanceQuotaExceeded", "DB Instance quota exceeded");
  }
  refuseOverStorage(world, storage);
}
