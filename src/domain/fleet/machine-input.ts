import { usageError } from "../error.ts";
import type { FleetPlan } from "./fleet-plan.ts";
import { planReference } from "./run-name.ts";

/** What the machine is started with: the waves are data, and the machine is the same for every fleet. */
export interface MachineInput {
  readonly run: string;
  readonly digest: string;
  /** RFC 3339, UTC: no plan begins before it, and so no wave. */
  readonly from: string;
  /** RFC 3339, UTC: no plan begins later, and no approval is waited for. */
  readonly until: string;
  readonly waves: readonly MachineWave[];
}

export interface MachineWave {
  readonly name: string;
  readonly approval: boolean;
  /** Seconds in which it has to be approved: until the plans are no longer valid. */
  readonly approvalSeconds: number;
  readonly concurrency: number;
  readonly tolerated: number;
  /** Of its targets: each of them has to be counted. */
  readonly size: number;
  readonly targets: readonly MachineTarget[];
}

export interface MachineTarget {
  readonly target: string;
  readonly id: string;
  readonly plan: string;
  readonly jitter: number;
}

/** A state of Step Functions takes 256 KiB, and the waves are in it beside the one that runs. [D: service quotas] */
export const MOST_INPUT_BYTES = 120 * 1024;

export const approvalSeconds = (until: string, now: number): number =>
  Math.max(60, Math.floor((Date.parse(until) - now) / 1000));

/** `now`: epoch ms. Usage error (exit 6) where the fleet is larger than one execution of the machine takes. */
export function machineInput({ run, digest, waves, window }: FleetPlan, now: number): MachineInput {
  const input: MachineInput = {
    run,
    digest,
    from: window.from,
    until: window.until,
    waves: waves.map(({ name, approval, concurrency, tolerated, targets }) => ({
      ...{
        name,
        approval,
        approvalSeconds: approvalSeconds(window.until, now),
        concurrency,
        tolerated,
        size: targets.length,
      },
      targets: targets.map(({ target, id, jitter }) => ({ target, id, plan: planReference(run, target), jitter })),
    })),
  };
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes <= MOST_INPUT_BYTES) return input;
  throw usageError(
    "fleet-too-large",
    `the waves are ${Math.ceil(bytes / 1024)} KiB, and one run of the machine takes ${MOST_INPUT_BYTES / 1024} KiB: about 750 targets`,
    ["split the fleet file in two"],
  );
}
