/** What an account may have in one region, by the names DescribeAccountAttributes uses. [D for the first three] */
export const QUOTAS = {
  DBInstances: 40,
  ManualSnapshots: 100,
  AllocatedStorage: 100_000,
  DBParameterGroups: 50,
  DBSubnetGroups: 50,
  OptionGroups: 20,
} as const;
