import { readWorld, type WorldOptions } from "./world-options.ts";

type Sandbox = import("../../sandbox/index.ts").Sandbox;

/** A sandbox in this process; `begin` is told its scenario once the words are known to fit, before it starts. */
export async function startWorld(options: WorldOptions, begin: (scenario: string) => void): Promise<Sandbox> {
  const { startSandbox } = await import("../../sandbox/index.ts");
  const world = await readWorld(options);
  begin(world.scenario);
  return startSandbox(world);
}
