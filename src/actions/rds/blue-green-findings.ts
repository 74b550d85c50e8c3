import type { BlueGreen } from "../../domain/aws/rds.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block, notChecked, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";

/** What is done to an instance that may be a member of a Blue/Green deployment of RDS. */
export type Doing = "rename" | "leave" | "migrate";

/** Its switchover is over, or it is on its way out: its members are instances like others. */
const OVER: ReadonlySet<string> = new Set(["SWITCHOVER_COMPLETED", "DELETING"]);

const WARNING: Readonly<Record<Exclude<Doing, "rename">, string>> = {
  leave: "its green side still follows the database that is left, and a switchover brings that one back",
  migrate: "a change of the schema on the blue side may stop what it copies to the green side",
};

/** RDS renames no member of a Blue/Green deployment, and takes no part in what a switchover has in hand. [I] */
export function blueGreenFindings(id: string, found: readonly BlueGreen[] | Error, doing: Doing): Finding[] {
  if (found instanceof Error) return [notChecked("RDS Blue/Green deployments", found.message)];
  return found.filter(({ status }) => !OVER.has(status)).map((one) => findingOf(id, one, doing));
}

function findingOf(id: string, { id: deployment, status }: BlueGreen, doing: Doing): Finding {
  const what = `${id} is a member of the RDS Blue/Green deployment ${deployment} (${status})`;
  const look = commandLine`aws rds describe-blue-green-deployments --blue-green-deployment-identifier ${deployment}`;
  if (status === "SWITCHOVER_IN_PROGRESS")
    return block("blue-green-switching", `${what}: what is behind its name changes at this moment`, [look]);
  if (doing !== "rename") return warn("blue-green", `${what}: ${WARNING[doing]}`, [look]);
  const remove = commandLine`aws rds delete-blue-green-deployment --blue-green-deployment-identifier ${deployment}`;
  return block("blue-green", `${what}: RDS renames no member of one`, [
    "the same command with --cutover revision, which renames nothing",
    remove,
  ]);
}
