import { defineAction, type Failure, type Verdict } from "../../domain/action.ts";
import type { Instance } from "../../domain/aws/rds.ts";
import { isTransient } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Json } from "../../domain/json.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { type Deviation, deviations } from "./copied-settings.ts";
import { replicaFailure } from "./replica.ts";

const inputs = {
  source: { type: "string", description: "The instance it was restored from." },
  name: { type: "string", description: "The restored instance." },
} as const;

type Inputs = Values<typeof inputs>;

/** Proves, setting by setting, that the copy is set up like its source. */
export const compareSettings = defineAction<ActionServices, typeof inputs, null>({
  name: "rds.compareSettings",
  summary: "Verify that a restored instance has every setting of the old one.",
  risk: "read",
  inputs,
  outputs: {},
  async observe(_given, context) {
    if (context.pendingStep !== undefined) return { kind: "deferred", until: context.pendingStep };
    return { kind: "observed", value: null };
  },
  plan: ({ source, name }) => ({
    summary: `${name} must have the settings of ${source}`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: "no setting differs from what it shall be",
  }),
  verify: (given, _attempt, context) => compare(given, context),
});

const both = ({ source, name }: Inputs, { services }: ActionReadContext) =>
  Promise.all([services.aws.rds.instance(source), services.aws.rds.instance(name)]);

const POLL_MS = 5000;

async function compare(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { clock, deadline, signal, progress } = context;
  for (;;) {
    const observation = await both(given, context).catch((error: unknown) => {
      if (isTransient(error) && clock.now() < deadline) return undefined;
      throw error;
    });
    if (observation !== undefined) return judge(given, observation);
    progress("cannot see the settings just now");
    await clock.sleep(POLL_MS, signal);
  }
}

function judge({ source, name }: Inputs, [from, restored]: readonly (Instance | undefined)[]): Verdict {
  if (from === undefined || restored === undefined)
    return failed(`there is no instance ${from === undefined ? source : name}`, []);
  const replica = replicaFailure(restored);
  if (replica !== undefined) return { kind: "false", failure: replica };
  const open = deviations(from, restored);
  const count = Object.keys(from.settings).length;
  if (open.length === 0) return { kind: "true", text: `all ${count} settings of ${name} are as they shall be` };
  return failed(`${open.length} of ${count} settings of ${name} are not as they shall be`, table(open));
}

function failed(text: string, evidence: readonly string[]): Verdict {
  const failure: Failure = { reason: "settings-differ", text, evidence, next: ["vulcan-ops resume"] };
  return { kind: "false", failure };
}

/** Setting, source, restored, expected. */
function table(open: readonly Deviation[]): string[] {
  const rows = [
    ["setting", "source", "restored", "expected"],
    ...open.map(({ setting, source, restored, expected }) => [setting, ...[source, restored, expected].map(shown)]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const shown = (value: Json): string =>
  value === null ? "(none)" : typeof value === "string" ? value : JSON.stringify(value);
