import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";

const MOST_PAGES = 10;

/**
 * The max_connections that a parameter group sets as a number. Undefined if the group keeps RDS's formula, which depends
 * on the memory of the instance's class.
 */
export async function readSetConnections(clients: Clients, DBParameterGroupName: string): Promise<number | undefined> {
  const [rds, sdk] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  let Marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { DBParameterGroupName, Source: "user", ...(Marker && { Marker }) };
    const { Parameters, Marker: next } = await rds.send(new sdk.DescribeDBParametersCommand(input));
    const value = needed(Parameters, "Parameters").find(
      ({ ParameterName }) => ParameterName === "max_connections",
    )?.ParameterValue;
    if (value !== undefined) return /^\d+$/.test(value) ? Number(value) : undefined;
    if (next === undefined) return undefined;
    Marker = next;
  }
  return undefined;
}
