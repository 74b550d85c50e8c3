import { SCENARIOS } from "./scenarios/index.ts";

export type { Sandbox } from "./options.ts";
export { startSandbox } from "./sandbox.ts";
export type { ServiceState } from "./snapshot.ts";
export type { Fault } from "./wire/fault.ts";

/** The scenarios there are, in the order in which they are worth trying. */
export function scenarios(): readonly { name: string; summary: string }[] {
  return SCENARIOS.map(({ name, summary }) => ({ name, summary }));
}
