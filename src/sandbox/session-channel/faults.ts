import type { ChannelFaultKind, Fault } from "../http/fault.ts";

/** What goes wrong on one session's channel. */
export interface ChannelFaults {
  /** Acknowledgements lost, from the first, both directions counted together. */
  losesAcks: number;
  readonly duplicates: boolean;
  readonly reorders: boolean;
  /** Publication stops after this many bytes of output, for this long (real ms). */
  readonly pause: { readonly bytes: number; readonly ms: number } | undefined;
  /** The socket is cut after this many bytes of output. */
  readonly dropAt: number | undefined;
  /** The channel is closed with an error after this many bytes of output. */
  readonly closeAt: number | undefined;
  /** This many bytes at the end of the output never leave the task. */
  readonly truncates: number;
  /** Real ms without traffic until the session times out. */
  readonly idle: number | undefined;
  /** The command continues when its session is terminated. */
  readonly survives: boolean;
}

/** The combined effect of a session's faults. */
export function channelFaultsOf(faults: readonly Fault[]): ChannelFaults {
  const find = (kind: ChannelFaultKind): Fault | undefined => faults.find((fault) => fault.kind === kind);
  const pause = find("channel-pause");
  return {
    losesAcks: find("channel-lose-acks")?.count ?? (find("channel-lose-acks") === undefined ? 0 : 3),
    duplicates: find("channel-duplicate") !== undefined,
    reorders: find("channel-reorder") !== undefined,
    pause: pause && { bytes: pause.bytes ?? 0, ms: pause.ms ?? 1000 },
    dropAt: bytesOf(find("channel-drop")),
    closeAt: bytesOf(find("channel-close")),
    truncates: bytesOf(find("channel-truncate")) ?? 0,
    idle: find("channel-idle") === undefined ? undefined : (find("channel-idle")?.ms ?? 200),
    survives: find("channel-survive") !== undefined,
  };
}

const bytesOf = (fault: Fault | undefined): number | undefined => fault && (fault.bytes ?? 1);
