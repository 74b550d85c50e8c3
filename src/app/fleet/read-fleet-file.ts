import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { usageError } from "../../domain/error.ts";
import type { FleetFile } from "../../domain/fleet/file.ts";
import { problemLines } from "../../runbook/problem.ts";

const MOST_SHOWN = 20;
const HELP = ["vulcan-ops docs fleets"];

/** The fleet file at the path. Exit 6 where it cannot be read, or with every problem at its line and column. */
export async function readFleetFile(path: string, cwd: string): Promise<FleetFile> {
  const { loadFleet } = await import("../../runbook/fleet/load.ts");
  const loaded = loadFleet(textOf(path, cwd), path);
  if ("fleet" in loaded) return loaded.fleet;
  const { problems } = loaded;
  const rest = problems.length > MOST_SHOWN ? [`… and ${problems.length - MOST_SHOWN} more`] : [];
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.slice(0, MOST_SHOWN).flatMap(problemLines);
  throw usageError("fleet-invalid", [`${path} has ${count}:`, ...lines, ...rest].join("\n"), HELP);
}

function textOf(path: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(
      "fleet-unreadable",
      `cannot read the fleet file ${JSON.stringify(path)} (${code ?? "unknown"})`,
      HELP,
    );
  }
}

/** The JSON Schema of fleet files, for editors. */
export { fleetJsonSchema } from "../../runbook/fleet/json-schema.ts";
