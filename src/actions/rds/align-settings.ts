import { defineAction, type Observed, type StepPlan } from "../../domain/action.ts";
import type { Instance, Settings } from "../../domain/aws/rds.ts";
import { guardError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Look, World } from "../../domain/services.ts";
import { awaitModifiable, followSettings, planSettings, probeSettings } from "./change-settings.ts";
import { expectedOf } from "./copied-settings.ts";

const inputs = {
  source: { type: "string", description: "The instance whose settings it shall have." },
  name: { type: "string", description: "The instance that gets them." },
  values: { type: "string", required: false, description: "Settings to put there instead of the source's, as JSON." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly now: Instance;
  readonly wanted: Settings;
}

/** What a restore cannot be told: one ModifyDBInstance, undone by the old values. */
export const alignSettings = defineAction<World, typeof inputs, Seen>({
  name: "rds.alignSettings",
  summary: "Give an instance the source's settings that a restore cannot be told, and wait until they are in force.",
  risk: "change",
  inputs,
  outputs: {},
  observe: (given, looking) => observe(given, looking),
  plan: (given, seen) => planAlign(given, seen),
  verify: ({ name }, attempt, waiting) => followSettings(name, attempt, waiting),
  probe: ({ name }, attempt, looking) => probeSettings(name, attempt, looking),
});

async function observe(given: Inputs, looking: Look): Promise<Observed<Seen>> {
  const [source, now] = await Promise.all([
    looking.world.aws.rds.instance(given.source),
    awaitModifiable(given.name, looking),
  ]);
  if (now === undefined && looking.ahead !== undefined) return { kind: "deferred", until: looking.ahead };
  if (now === undefined || source === undefined)
    throw guardError("instance-gone", `there is no instance ${now === undefined ? given.name : given.source}`);
  const wanted = given.values === undefined ? expectedOf(source) : (JSON.parse(given.values) as Settings);
  return { kind: "observed", value: { now, wanted } };
}

function planAlign({ source, name }: Inputs, { now, wanted }: Seen): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  return (
    planSettings(now, wanted, { source, name }) ?? {
      ...nothing,
      summary: `${name} has every setting that it can be told`,
    }
  );
}
