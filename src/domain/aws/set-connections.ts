import type { AwsReads } from "./reads.ts";

/** max_connections by the instance's parameter group; undefined where it sets no number, or not in force yet. */
export async function readSetConnections(
  aws: Pick<AwsReads, "database" | "watch">,
  id: string,
): Promise<number | undefined> {
  const { parameterGroups = [] } = (await aws.database(id)) ?? {};
  const group = parameterGroups.find(({ status }) => status === "in-sync");
  return group && aws.watch.setConnections(group.name);
}
