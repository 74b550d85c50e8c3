import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROBE_TEMPLATES } from "../../../src/domain/reconnects/templates.ts";
import type { Rig } from "../sandbox-harness.ts";

/** One's own configuration, with these probes. */
export function configuredProbes(rig: Rig, probes = PROBE_TEMPLATES): Readonly<Record<string, string>> {
  const path = join(rig.stateDir, "own.yaml");
  const target = probes.replaceAll(/^(?=.)/gm, "    ");
  writeFileSync(path, `schemaVersion: "1"\ntargets:\n  vulcan-prod:\n    cluster: vulcan-prod\n${target}`);
  return { VULCAN_OPS_CONFIG: path };
}
