import type { BlueGreenDeployment } from "@aws-sdk/client-rds";
import type { BlueGreen } from "../../domain/aws/rds.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";

const MOST_PAGES = 10;

/** Those that the instance is a member of. RDS filters by ARN alone, so all of the region are read: at most ten pages. */
export async function readBlueGreen(clients: Clients, id: string): Promise<BlueGreen[]> {
  const [rds, { DescribeBlueGreenDeploymentsCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const found: BlueGreen[] = [];
  let Marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await rds.send(new DescribeBlueGreenDeploymentsCommand(Marker === undefined ? {} : { Marker }));
    const all = needed(answer.BlueGreenDeployments, "BlueGreenDeployments");
    found.push(...all.filter((one) => membersOf(one).some((arn) => arn?.endsWith(`:db:${id}`))).map(toBlueGreen));
    if (answer.Marker === undefined) break;
    Marker = answer.Marker;
  }
  return found;
}

/** ARNs of its instances: the pair, and their replicas. */
function membersOf({ Source, Target, SwitchoverDetails = [] }: BlueGreenDeployment): readonly (string | undefined)[] {
  return [Source, Target, ...SwitchoverDetails.flatMap((pair) => [pair.SourceMember, pair.TargetMember])];
}

const toBlueGreen = ({ BlueGreenDeploymentIdentifier: id, Status }: BlueGreenDeployment): BlueGreen => ({
  id: needed(id, "BlueGreenDeploymentIdentifier"),
  status: needed(Status, "Status of a Blue/Green deployment"),
});
