import type { BlueGreenDeployment } from "@aws-sdk/client-rds";
import type { BlueGreen } from "../../domain/aws/rds.ts";
import type { Clients } from "../client/clients.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";

/** Those that the instance is a member of. RDS filters by ARN alone, so all of the region are read. */
export async function readBlueGreen(clients: Clients, id: string): Promise<readonly BlueGreen[]> {
  const [rds, { DescribeBlueGreenDeploymentsCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const all = await everyPage(async (Marker) => {
    const answer = await rds.send(new DescribeBlueGreenDeploymentsCommand(Marker === undefined ? {} : { Marker }));
    return { items: needed(answer.BlueGreenDeployments, "BlueGreenDeployments"), next: answer.Marker };
  });
  return all.filter((one) => membersOf(one).some((arn) => arn?.endsWith(`:db:${id}`))).map(toBlueGreen);
}

/** ARNs of its instances: the pair, and their replicas. */
function membersOf({ Source, Target, SwitchoverDetails = [] }: BlueGreenDeployment): readonly (string | undefined)[] {
  return [Source, Target, ...SwitchoverDetails.flatMap((pair) => [pair.SourceMember, pair.TargetMember])];
}

const toBlueGreen = ({ BlueGreenDeploymentIdentifier: id, Status }: BlueGreenDeployment): BlueGreen => ({
  id: needed(id, "BlueGreenDeploymentIdentifier"),
  status: needed(Status, "Status of a Blue/Green deployment"),
});
