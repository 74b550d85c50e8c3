import { defineAction, type Observed, type StepPlan } from "../../domain/action.ts";
import type { Instance, Settings } from "../../domain/aws/rds.ts";
import { guardError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import {
  awaitModifiable,
  busyInstance,
  followSettings,
  planSettings,
  probeSettings,
  SHOWN_AFTER_MS,
} from "./change-settings.ts";
import { expectedSettings } from "./copied-settings.ts";

const inputs = {
  source: { type: "string", description: "The instance whose settings it shall have." },
  name: { type: "string", description: "The instance that gets them." },
  values: { type: "string", required: false, description: "Settings to put there instead of the source's, as JSON." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly now: Instance;
  readonly wanted: Settings;
}

/** Sets what a restore request cannot set, in one ModifyDBInstance. The undo sends the old values. */
export const alignSettings = defineAction<ActionServices, typeof inputs, Observation>({
  name: "rds.alignSettings",
  summary: "Apply settings that RDS cannot set during a restore, and wait for them.",
  risk: "change",
  requests: ["rds:ModifyDBInstance"],
  usualSeconds: () => USUAL_SECONDS.modify,
  shownAfterMs: SHOWN_AFTER_MS,
  inputs,
  outputs: {},
  observe: (given, context) => observe(given, context),
  plan: (given, observation) => planAlign(given, observation),
  verify: ({ name }, attempt, context) => followSettings(name, attempt, context),
  busy: busyInstance(({ name }) => name),
  probe: ({ name }, attempt, context) => probeSettings(name, attempt, context),
});

async function observe(given: Inputs, context: ActionReadContext): Promise<Observed<Observation>> {
  const [source, now] = await Promise.all([
    context.services.aws.rds.instance(given.source),
    awaitModifiable(given.name, context),
  ]);
  if (now === undefined && context.pendingStep !== undefined) return { kind: "deferred", until: context.pendingStep };
  if (now === undefined || source === undefined)
    throw guardError("instance-gone", `there is no instance ${now === undefined ? given.name : given.source}`);
  const wanted = given.values === undefined ? expectedSettings(source) : (JSON.parse(given.values) as Settings);
  return { kind: "observed", value: { now, wanted } };
}

function planAlign({ source, name }: Inputs, { now, wanted }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  return (
    planSettings(now, wanted, { source, name }) ?? {
      ...nothing,
      summary: `${name} has every setting`,
    }
  );
}
