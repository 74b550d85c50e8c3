import { CALL_FAULTS, CHANNEL_FAULTS } from "./http/fault.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import { TIMINGS } from "./timings.ts";

export type { Fault } from "./http/fault.ts";
export type { Sandbox, SandboxOptions } from "./options.ts";
export { startSandbox } from "./sandbox.ts";
export type { ServiceState } from "./snapshot.ts";
export { readTimings } from "./timings.ts";

/** The kinds of faults that can be armed, by name. */
export function faultKinds(): readonly { name: string; summary: string }[] {
  return Object.entries({ ...CALL_FAULTS, ...CHANNEL_FAULTS }).map(([name, summary]) => ({ name, summary }));
}

/** Every duration and choice that can be changed, with its default (seconds, or a choice) and how that is known. */
export function timings(): readonly { name: string; default: number | boolean; known: string; summary: string }[] {
  return Object.entries(TIMINGS).map(([name, { value, known, summary }]) => ({
    name,
    default: typeof value === "number" ? value / 1000 : value,
    known,
    summary,
  }));
}

/** All scenarios, in the order in which to try them. */
export function scenarios(): readonly { name: string; summary: string }[] {
  return SCENARIOS.map(({ name, summary }) => ({ name, summary }));
}
