import { commandLine } from "../command-line.ts";
import { counted } from "../finding.ts";
import { countOf, type Span } from "../migrations/applied.ts";
import type { Expansion } from "../migrations/expansion.ts";

/** What is known beforehand of the migrations that an upgrade applies. */
export type PendingKnown =
  | {
      readonly known: true;
      readonly pending: readonly Span[];
      /** The worst of them; by their descriptions, where Vulcan's source was given. */
      readonly expansion: Expansion;
      /** Versions that Vulcan's source leaves out among them; absent where none was given. */
      readonly leftOut?: readonly Span[];
    }
  | { readonly known: false; readonly why: string };

/** How to return afterwards. `from`: the release that serves now. */
export function wayBackText(known: PendingKnown, from: string): string {
  if (!known.known) return `not known: ${known.why}`;
  const count = countOf(known.pending);
  if (count === 0) return `undo deploys ${from}; no migration is applied`;
  const migrations = counted(count, "migration");
  switch (known.expansion) {
    case "compatible":
      return `undo deploys ${from}; ${migrations} only add, by description`;
    case "breaking":
      return `not the image alone: ${migrations} change what ${from} uses; ${commandLine`vulcan-ops migrate down ${count}`}`;
    case "unknown":
      return `not known whether ${from} runs on ${migrations}: read the release notes`;
  }
}
