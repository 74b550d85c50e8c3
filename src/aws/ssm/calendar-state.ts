import type { CalendarState } from "../../domain/aws/reads.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";

/** GetCalendarState of calendars of one region, which their ARNs name. Closed where one of them is. [D] */
export async function readCalendarState(
  clients: Clients,
  calendars: readonly string[],
  at: number,
): Promise<CalendarState> {
  const region = calendars[0]?.split(":")[3];
  const own = region === undefined || region === "" ? clients : clients.in(region);
  const [client, { GetCalendarStateCommand }] = await Promise.all([own.ssm(), import("../sdk/ssm.ts")]);
  const CalendarNames = [...calendars];
  const AtTime = new Date(at).toISOString();
  const answer = await client.send(new GetCalendarStateCommand({ CalendarNames, AtTime }));
  const next = answer.NextTransitionTime;
  const isOpen = needed(answer.State, "State") === "OPEN";
  return next !== undefined && !Number.isNaN(Date.parse(next))
    ? { isOpen, next: new Date(Date.parse(next)).toISOString() }
    : { isOpen };
}
