import { readWorld, type WorldOptions } from "./world-options.ts";

type Sandbox = import("../../sandbox/index.ts").Sandbox;

/** A sandbox in this process. `begin` gets its scenario after the options are checked, before the sandbox starts. */
export async function startWorld(options: WorldOptions, begin: (scenario: string) => void): Promise<Sandbox> {
  const { startSandbox } = await import("../../sandbox/index.ts");
  const world = await readWorld(options);
  begin(world.scenario);
  return startSandbox(world);
}
