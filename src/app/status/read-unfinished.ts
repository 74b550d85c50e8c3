import { unfinishedOn } from "../../domain/status/unfinished.ts";
import type { Unfinished } from "../../domain/unfinished.ts";
import type { StatusReads } from "../../target/status-reads.ts";
import type { OpenTarget } from "../open-target.ts";
import { ownMuteRules } from "./own-mute-rules.ts";
import { unfinishedExecutions } from "./unfinished-executions.ts";

/** What runs have left on the target. Rejects where a part cannot be read. */
export async function readUnfinished(
  open: OpenTarget,
  { reads, sharedHolder }: StatusReads,
): Promise<readonly Unfinished[]> {
  const { target } = open;
  const [leftovers, muteRules, service] = await Promise.all([
    unfinishedExecutions(open, sharedHolder),
    ownMuteRules(reads, target),
    reads.ecs.service(target.cluster, target.service),
  ]);
  return unfinishedOn({ target, leftovers: known(leftovers), muteRules: known(muteRules), service: known(service) });
}

const known = <T>(value: T) => ({ known: true, value }) as const;
