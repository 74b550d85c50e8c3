import { SCENARIOS } from "./scenarios/index.ts";
import { CALL_FAULTS, CHANNEL_FAULTS } from "./wire/fault.ts";

export type { Sandbox, SandboxOptions } from "./options.ts";
export { startSandbox } from "./sandbox.ts";
export type { ServiceState } from "./snapshot.ts";
export type { Fault } from "./wire/fault.ts";

/** The kinds of trouble that can be armed, by name. */
export function faultKinds(): readonly { name: string; summary: string }[] {
  return Object.entries({ ...CALL_FAULTS, ...CHANNEL_FAULTS }).map(([name, summary]) => ({ name, summary }));
}

/** The scenarios there are, in the order in which they are worth trying. */
export function scenarios(): readonly { name: string; summary: string }[] {
  return SCENARIOS.map(({ name, summary }) => ({ name, summary }));
}
