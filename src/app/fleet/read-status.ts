import type { MachineInput } from "../../domain/fleet/machine-input.ts";
import {
  approvalKey,
  approvedKey,
  brakeKey,
  type FleetStatus,
  fleetStatus,
  type TableItem,
  type TargetEvent,
} from "../../domain/fleet/run.ts";
import { RUN_NAME } from "../../domain/fleet/run-name.ts";
import { type FleetStore, plansKey, WAVES_ITEM } from "../../domain/fleet/store.ts";
import { type Json, sameJson } from "../../domain/json.ts";
import { sanitiseRecord } from "../../domain/sanitise.ts";
import { notStarted, readFleet } from "./fleet-set.ts";

/** Executions read at once: each is one query. */
const AT_ONCE = 20;

/** A run in which something is counted or answered all the time is told as it was a moment ago. */
const MOST_READS = 3;

/** The status of a run from the table alone. Exit 6 where it was not started. */
export async function readStatus(store: FleetStore, run: string, now: number): Promise<FleetStatus> {
  const waves = RUN_NAME.test(run) ? await store.read(plansKey(run), WAVES_ITEM) : undefined;
  if (waves === undefined) {
    await readFleet(store, run);
    throw notStarted(run);
  }
  const input = sanitiseRecord(JSON.parse(String(waves.input))) as MachineInput;
  const { items, events } = await readTogether(store, input);
  return fleetStatus(input, items, events, now);
}

/**
 * Executions between two reads of the brakes and answers that say the same: so what is counted has ended in what is read of
 * it, and a wave of which all have ended is not told without its count.
 */
async function readTogether(store: FleetStore, input: MachineInput) {
  let items = await readItems(store, input.run);
  for (let read = 1; ; read++) {
    const events = await readEvents(store, input);
    const after = await readItems(store, input.run);
    if (read === MOST_READS || sameJson(items as unknown as Json, after as unknown as Json)) return { items, events };
    items = after;
  }
}

async function readItems(store: FleetStore, run: string): Promise<readonly TableItem[]> {
  return (await Promise.all([approvalKey(run), approvedKey(run), brakeKey(run)].map((pk) => store.list(pk)))).flat();
}

async function readEvents(store: FleetStore, { waves }: MachineInput): Promise<readonly TargetEvent[]> {
  const events: TargetEvent[] = [];
  const ids = waves.flatMap(({ targets }) => targets.map(({ id }) => id));
  for (let from = 0; from < ids.length; from += AT_ONCE)
    events.push(...(await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => store.tail(id)))).flat());
  return events;
}
