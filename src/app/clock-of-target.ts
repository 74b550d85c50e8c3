import type { Environment } from "../domain/ports.ts";
import type { TargetOptions } from "../domain/target.ts";
import { resolveTarget } from "../target/resolve.ts";

/** What a local time needs: now by the target's clock, and the zone that its configuration names. Reads files alone. */
export async function clockOfTarget(
  options: TargetOptions,
  environment: Environment,
): Promise<{ readonly now: number; readonly zone?: string }> {
  const { target, clock } = await resolveTarget(options, environment);
  return { now: clock.now(), ...(target.zone !== undefined && { zone: target.zone }) };
}
