import { fileURLToPath } from "node:url";
import { counted } from "../domain/finding.ts";
import type { InspectionFinding } from "../domain/inspection.ts";
import { installCommand } from "../domain/install-command.ts";
import { MAJORS, type Major } from "../postgres/majors.ts";
import { byName } from "./judged-body.ts";
import type { LiveTarget } from "./live.ts";
import type { NotMade } from "./live-schema.ts";

/** What of the target was not known, or is not as here. Each says why. */
export function aboutTarget(
  live: LiveTarget,
  { major }: Major,
  notMade: readonly NotMade[],
): readonly InspectionFinding[] {
  const { sizes, limit, queries, release } = live;
  const parts: readonly (readonly [what: string, known: typeof sizes | typeof limit | typeof queries])[] = [
    ["the rows of its tables", sizes],
    ["when its tasks are stopped", limit],
    ["the running image's queries", queries],
  ];
  const [first] = live.schema.path;
  const hidden = queries.known ? queries.value.hidden : 0;
  return [
    ...(release.major === major ? [] : [byName("not-on-live-major", otherMajor(live, major))]),
    ...parts.flatMap(([what, known]) => (known.known ? [] : [notKnown(`${what}: not known, because ${known.why}`)])),
    ...(hidden === 0
      ? []
      : [notKnown(`${counted(hidden, "query")} of others: ${HIDDEN}`.replace("querys", "queries"))]),
    ...(first === undefined || first === "public" ? [] : [notKnown(otherSchema(first))]),
    ...schemaFindings(notMade),
  ];
}

const HIDDEN = "this user may not see their texts; GRANT pg_read_all_stats";

/** Rules match a name without a schema to one of `public`. */
const otherSchema = (name: string): string =>
  `tables are in the schema ${name}: what a statement on them means is judged by its run alone`;

const notKnown = (message: string): InspectionFinding => byName("live-not-known", message);

function otherMajor({ target, release: { version, major } }: LiveTarget, here: number): string {
  const install = MAJORS.find((one) => one.major === major)?.install;
  const way =
    install === undefined
      ? "no package has that major"
      : installCommand(install, fileURLToPath(import.meta.url), process.cwd());
  return `${target} has ${version}, and this was run on ${here}: not tried on ${major} (${way})`;
}

/** An extension that is not here matters only where something else needs it. */
function schemaFindings(notMade: readonly NotMade[]): readonly InspectionFinding[] {
  const objects = notMade.filter(({ object }) => !object.startsWith("extension "));
  const [first] = objects;
  if (first === undefined) return [];
  const names = objects.slice(0, MOST_NAMES).map(({ object }) => object);
  const more = objects.length > MOST_NAMES ? ` and ${objects.length - MOST_NAMES} more` : "";
  return [notKnown(`not made here: ${names.join(", ")}${more} (${first.why})`)];
}

const MOST_NAMES = 5;
