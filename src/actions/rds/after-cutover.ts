import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Look } from "../../domain/services.ts";

/** Where a cutover leaves the operator: what to watch, and what nobody does for them. */
export function whatNow(
  { name, left }: { readonly name: string; readonly left: string },
  { target: { database, region } }: Pick<Look, "target">,
): string {
  const removal = awsLine(
    {
      service: "rds",
      name: "DeleteDBInstance",
      input: { DBInstanceIdentifier: left, FinalDBSnapshotIdentifier: `${left}-final`, DeleteAutomatedBackups: false },
    },
    region,
  );
  const setting = name === database ? "" : `; in vulcan-ops.yaml, database: ${name}`;
  const next = "vulcan-ops watch --for 30m";
  return `Next: ${next}${setting}. ${left} is kept; after a week or so, by hand: ${removal}`;
}
