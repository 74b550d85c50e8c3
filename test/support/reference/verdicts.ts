import { RECONNECT_CODES } from "../../../commands/reconnects.ts";
import { WATCH_CODES } from "../../../commands/watch.ts";
import type { ProbeVerdict } from "../../../src/domain/reconnects/judge.ts";
import { UPGRADE_VERDICTS } from "../../../src/domain/upgrade/verdicts.ts";
import type { Verdict } from "../../../src/domain/watch/verdict.ts";
import { MADE, table } from "./table.ts";

const WATCH: Readonly<Record<Verdict, string>> = {
  STABLE: "no metric broke its limit, and enough minutes and requests were seen",
  WORSE: "a metric broke its limit against the time before; the revert is printed",
  INCONCLUSIVE: "too little was seen to say either",
};

const RECONNECTS: Readonly<Record<ProbeVerdict, string>> = {
  BACK: "the probe shows what it expects",
  "NOT YET": "old tasks still run, or the probe's time is not over",
  LOST: "the probe's time is over, and it was there before",
  "CANNOT BE SEEN": "no comparable value before, or a reading that cannot be made or cannot be true",
};

const rows = <V extends string>(means: Readonly<Record<V, string>>, codes: Readonly<Record<V, number>>) =>
  (Object.keys(means) as V[]).map((verdict) => [verdict, String(codes[verdict]), means[verdict]]);

/** Every word that a command can end with. */
export function verdictReference(): string {
  const upgrade = UPGRADE_VERDICTS.map(({ verdict, exit, means, next }) => [
    verdict,
    String(exit),
    means,
    `\`${next}\``,
  ]);
  return `${[
    MADE,
    "# Verdicts",
    "The word that a command ends with, and its exit code. [Exit codes](exit-codes.md) has all of them.",
    "## upgrade",
    "Also of `upgrade --follow`. [Upgrade](upgrade.md) says what each is concluded from.",
    table(["verdict", "exit", "meaning", "next"], upgrade),
    "## watch",
    "Also of the watch within an upgrade or a maintenance window. [Watch](watch.md) has the limits.",
    table(["verdict", "exit", "meaning"], rows(WATCH, WATCH_CODES)),
    "## reconnects",
    "Of each probe; a run ends with the worst of them. [Reconnects](reconnects.md) has the probes.",
    table(["verdict", "exit", "meaning"], rows(RECONNECTS, RECONNECT_CODES)),
  ].join("\n\n")}\n`;
}
