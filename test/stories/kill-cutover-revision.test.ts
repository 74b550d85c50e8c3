import { DescribeTaskDefinitionCommand, ECSClient, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { afterAll, expect } from "vitest";
import { type Rig, runningRevisions } from "../support/sandbox-harness.ts";
import {
  BRISK,
  beatsIn,
  momentAmid,
  type ServiceBeats,
  secretFor,
  startServiceBeats,
} from "../support/stories/cutover.ts";
import { type Case, passThroughDeath } from "../support/stories/kill.ts";
import { named, names, SECOND } from "../support/stories/restore.ts";

const SOURCE = "vulcan-prod";
const COPY = "vulcan-prod-then";
const COPIED = "vulcan-prod:44";

/** Customers of the world that is there now, and the secret with the new address. */
let customers: ServiceBeats | undefined;
let secret = "";

/** Rarely enough for the machine to keep up at this speed. */
const PAUSE_MS = 2 * SECOND;

/** Customers write from before the moment of the restore until the end. */
async function open(rig: Rig): Promise<Case["inputs"]> {
  await customers?.stop();
  customers = await startServiceBeats(rig, PAUSE_MS);
  const moment = await momentAmid(rig, customers);
  secret = await secretFor(rig, COPY);
  return { to: new Date(moment).toISOString(), databaseSecret: secret };
}

const writeOn = async () => customers?.more(5);

/**
 * Where the customers' rows went, in the order in which they were asked for, each place once until the next: the rows
 * from before the moment are in both. Two databases that take writes at once show as a place that comes again.
 */
async function journey(rig: Rig): Promise<string[]> {
  const [source, copy] = [await beatsIn(rig, await named(SOURCE)), await beatsIn(rig, await named(COPY))];
  const place = (n: number) => [source.has(n) ? SOURCE : "", copy.has(n) ? COPY : ""].filter(Boolean).join(" and ");
  const places = (customers?.asked ?? []).filter(({ isWritten }) => isWritten).map(({ n }) => place(n));
  return places.filter((where, index) => where !== places[index - 1]);
}

/** The newest revision of the family, and the secret that its address comes from. */
async function newestRevision(): Promise<[string, string | undefined]> {
  const ecs = new ECSClient({});
  const { taskDefinitionArns = [] } = await ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix: "vulcan-prod", sort: "DESC" }),
  );
  const [newest = ""] = taskDefinitionArns;
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: newest }));
  const secrets = taskDefinition?.containerDefinitions?.flatMap(({ secrets: all = [] }) => all) ?? [];
  return [newest.split("/").at(-1) ?? "", secrets.find(({ name }) => name === "DB_URL")?.valueFrom];
}

/** Two instances by their own names, one copied revision that leads to the new one, all tasks, and rows in turn. */
const endsWith = (places: readonly string[]) => async (rig: Rig) => {
  await writeOn();
  await customers?.stop();
  expect((await names()).map(String).sort()).toEqual([SOURCE, COPY]);
  expect(await newestRevision()).toEqual([COPIED, secret]);
  expect(rig.sandbox.state().services[0]?.desired).toBe(3);
  expect(runningRevisions(rig.sandbox)).toHaveLength(3);
  expect(await journey(rig)).toEqual([`${SOURCE} and ${COPY}`, SOURCE, ...places]);
};

const DONE = [
  ...["CreateSecret", "RestoreDBInstanceToPointInTime", "ModifyDBInstance", "RegisterTaskDefinition"],
  ...["UpdateService", "UpdateService"],
];

const cutover = {
  runbook: "restore-database",
  isLong: true,
  moments: 2,
  inputs: { as: COPY, cutover: "revision" },
  reset: (rig) => rig.sandbox.reset("healthy"),
  moreInputs: open,
  betweenDoAndUndo: writeOn,
} as const satisfies Partial<Case>;

passThroughDeath(
  [
    {
      ...cutover,
      isVariant: true,
      mode: "do",
      // After the copy was registered, and after the switch.
      afterSends: [3, 5],
      writes: DONE,
      revision: COPIED,
      also: endsWith([COPY]),
    },
    {
      ...cutover,
      isVariant: true,
      mode: "undo",
      // Nothing runs then, and the service leads back already.
      afterSends: [1],
      writes: [...DONE, "UpdateService", "UpdateService", "ModifyDBInstance"],
      revision: "vulcan-prod:42",
      also: endsWith([COPY, SOURCE]),
    },
  ],
  BRISK,
);

afterAll(async () => customers?.stop());
