import type { MachineInput } from "../../domain/fleet/machine-input.ts";
import {
  approvalKey,
  approvedKey,
  brakeKey,
  type FleetStatus,
  fleetStatus,
  type TargetEvent,
} from "../../domain/fleet/run.ts";
import { RUN_NAME } from "../../domain/fleet/run-name.ts";
import { type FleetStore, plansKey, WAVES_ITEM } from "../../domain/fleet/store.ts";
import { sanitiseRecord } from "../../domain/sanitise.ts";
import { notStarted, readFleet } from "./fleet-set.ts";

/** Executions read at once: each is one query. */
const AT_ONCE = 20;

/**
 * The status of a run from the table alone. Its brakes are read last: what they count has ended by then. Exit 6 where it
 * was not started.
 */
export async function readStatus(store: FleetStore, run: string, now: number): Promise<FleetStatus> {
  const waves = RUN_NAME.test(run) ? await store.read(plansKey(run), WAVES_ITEM) : undefined;
  if (waves === undefined) {
    await readFleet(store, run);
    throw notStarted(run);
  }
  const input = sanitiseRecord(JSON.parse(String(waves.input))) as MachineInput;
  const events: TargetEvent[] = [];
  const ids = input.waves.flatMap(({ targets }) => targets.map(({ id }) => id));
  for (let from = 0; from < ids.length; from += AT_ONCE)
    events.push(...(await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => store.tail(id)))).flat());
  const items = await Promise.all([approvalKey(run), approvedKey(run), brakeKey(run)].map((pk) => store.list(pk)));
  return fleetStatus(input, items.flat(), events, now);
}
