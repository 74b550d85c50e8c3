import type { Fault } from "./http/fault.ts";
import type { RecordedRequest } from "./http/request-log.ts";
import type { SandboxState } from "./snapshot.ts";
import type { Timings } from "./timings.ts";
import type { VulcanTraits } from "./vulcan/options.ts";

export interface SandboxOptions {
  /** A name that scenarios() lists. */
  readonly scenario: string;
  /** Virtual seconds per real second; default 60. */
  readonly speed?: number;
  /** The same seed gives the same identifiers and addresses, but not the same request ids; default 1. */
  readonly seed?: number;
  /** Requests a minute that its customers send; default 0. They are counted, and not sent. */
  readonly customers?: number;
  /** Port of the AWS endpoint; 0, the default, takes a free one. */
  readonly port?: number;
  readonly log?: (line: string) => void;
  /** Changes to the default timings, in virtual ms. */
  readonly timings?: Partial<Timings>;
  /** Changes to what the scenario says about Vulcan. */
  readonly vulcan?: Partial<VulcanTraits>;
  /** Called after another process has asked the sandbox to stop and it has stopped. */
  readonly onStop?: () => void;
}

export interface Sandbox {
  /** http://127.0.0.1:PORT, for all AWS services. */
  readonly endpoint: string;
  /** http://127.0.0.1:PORT, the load balancer: a real HTTP proxy. */
  readonly loadBalancer: string;
  /** PostgreSQL URL of the scenario's database on this machine, even if clients get a DNS name instead. */
  readonly databaseUrl: string;
  /** What a client must export to reach this world and its clock. It depends on the scenario. */
  readonly env: Readonly<Record<string, string>>;
  /** Virtual time in ms since the epoch. */
  now(): number;
  /** Every AWS call so far. */
  requests(): readonly RecordedRequest[];
  /** A JSON snapshot for assertions. */
  state(): SandboxState;
  /** A fresh world on the same ports, with an empty request log and no faults. */
  reset(scenario?: string): Promise<void>;
  /** Leaves no process, port or folder behind. */
  stop(): Promise<void>;
  inject(fault: Fault): void;
  clearFaults(): void;
}
