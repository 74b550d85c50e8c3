import type { Clients } from "../client/clients.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";

/**
 * The max_connections that a parameter group sets as a number. Undefined if the group keeps RDS's formula, which depends
 * on the memory of the instance's class.
 */
export async function readSetConnections(clients: Clients, DBParameterGroupName: string): Promise<number | undefined> {
  const [rds, sdk] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const all = await everyPage(async (Marker) => {
    const input = { DBParameterGroupName, Source: "user", ...(Marker && { Marker }) };
    const answer = await rds.send(new sdk.DescribeDBParametersCommand(input));
    return { items: needed(answer.Parameters, "Parameters"), next: answer.Marker };
  });
  const value = all.find(({ ParameterName }) => ParameterName === "max_connections")?.ParameterValue ?? "";
  return /^\d+$/.test(value) ? Number(value) : undefined;
}
