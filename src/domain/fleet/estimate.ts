import type { TargetLoad } from "./load.ts";

/** Prices in US dollars, us-east-1, Linux on x86. They differ a little by Region; an estimate, not an offer. */
export const PRICES = {
  /** A state transition of a standard workflow. [D: aws.amazon.com/step-functions/pricing]; 4,000 a month are free. */
  transition: 0.025 / 1000,
  /** [R: instances.vantage.sh] */
  vcpuHour: 0.04048,
  gigabyteHour: 0.004445,
  /** A write of 1 KB, on demand. [K] */
  tableWrite: 0.625 / 1_000_000,
  /** A gigabyte through a NAT gateway; nothing by VPC endpoints of S3 and ECR. [K] */
  natGigabyte: 0.045,
} as const;

/** The worker of the template. `stopSeconds`: Fargate's most [K], from SIGTERM, which `fleet stop --now` sends, until it is killed. */
export const WORKER = { vcpu: 0.25, gigabytes: 0.5, imageGigabytes: 0.07, stopSeconds: 120 } as const;

/** Records of a rollback and of a window are 17 and 57 [measured]; each write unit is 1 KB, and a record has about two. */
const WRITES_A_TARGET = 100;

export interface FleetCost {
  readonly stepFunctions: number;
  readonly fargate: number;
  readonly journal: number;
  /** Images through a NAT gateway, where the worker's network has no endpoints. */
  readonly images: number;
  readonly total: number;
}

/** The transitions of a run, by what the machine takes for a target that succeeds, and for a wave. */
export interface Transitions {
  readonly child: number;
  readonly wave: number;
  readonly run: number;
}

/** In US dollars. */
export function costOf(loads: readonly TargetLoad[], waves: number, { child, wave, run }: Transitions): FleetCost {
  const hours = loads.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
  const stepFunctions = (loads.length * child + waves * wave + run) * PRICES.transition;
  const fargate = hours * (WORKER.vcpu * PRICES.vcpuHour + WORKER.gigabytes * PRICES.gigabyteHour);
  const journal = loads.length * WRITES_A_TARGET * PRICES.tableWrite;
  const images = loads.length * WORKER.imageGigabytes * PRICES.natGigabyte;
  return { stepFunctions, fargate, journal, images, total: stepFunctions + fargate + journal + images };
}

/** Seconds that a wave takes with so many lanes: each target takes the first lane that is free, in the order given. */
export function waveSeconds(loads: readonly TargetLoad[], concurrency: number, jitter: number): number {
  const lanes = new Array<number>(Math.min(concurrency, loads.length)).fill(0);
  for (const { seconds } of loads) {
    const first = lanes.indexOf(Math.min(...lanes));
    lanes[first] = (lanes[first] ?? 0) + seconds;
  }
  return Math.ceil(Math.max(0, ...lanes) + (loads.length === 0 ? 0 : jitter));
}
