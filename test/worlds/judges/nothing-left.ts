import type { UnfinishedKind } from "../../../src/domain/unfinished.ts";
import { foreignRequests, isSecond, ownRequests } from "../facts.ts";
import { COPY, meaningOf } from "../procedures.ts";
import type { Snapshot } from "../snapshot.ts";
import type { EndEvent, Lived, Story } from "../story.ts";

/** What a run may leave, and the kinds by which an end names it. */
export const KINDS = {
  desired: ["size", "fence"],
  scaling: ["scaling"],
  muteRules: ["mute-rule"],
  protectedTasks: ["protection"],
  lock: ["lock"],
} as const satisfies Readonly<Partial<Record<keyof Snapshot, readonly UnfinishedKind[]>>>;

/** What may be different, and how an end names it: by the kind of what is unfinished, or in words. */
const NAMES: Readonly<Partial<Record<keyof Snapshot, readonly UnfinishedKind[] | RegExp>>> = {
  ...KINDS,
  alarmActions: /alarm/i,
  lock: /vulcan-ops unlock /,
  instances: /vulcan-prod-|a rename is half-way/,
};

/** Somebody else set the size, which stays. */
const FOREIGN_SIZE = /tasks?; \d+ was asked for/;

/** What an execution has left is known where its records are. Who asks at another place is told where to look. */
const ELSEWHERE = /there is no execution \w+ here[\s\S]*on the machine that began it/;

/** Each difference that the procedure does not intend is named in the end of the command that leaves it. */
export function nothingLeft(story: Story): readonly string[] {
  const last = story.lives.findLast((lived) => !isSecond(lived));
  return story.lives.flatMap((lived) => {
    const { after, end, stderr } = lived;
    if (after === undefined || typeof lived.code !== "number" || isShared(story, lived)) return [];
    // A command that was refused before it began has no end of its own: only the last word counts.
    if (end === undefined && lived !== last) return [];
    if (end === undefined && ELSEWHERE.test(stderr)) return [];
    const said = `${end?.text ?? ""} ${end?.next.join(" ") ?? ""} ${stderr}`;
    return unintended(story, after)
      .filter(([name, , is]) => !isNamed(name, end, said) && !(name === "revision" && isToldOf(story, lived, is, said)))
      .map(
        ([name, was, is]) =>
          `${lived.life.name} (${lived.command}) ended with ${lived.code}: ${said.slice(0, 240)}. ${name} was ${was || "none"}, is ${is || "none"}, and is not named`,
      );
  });
}

/**
 * What came after it was overtaken is told by the one that has overtaken it, and what comes unwatched by no end. Who has
 * continued without records that are on another machine was told that what they changed is not known.
 */
const isToldOf = ({ lives }: Story, { execution, end }: Lived, revision: string, said: string): boolean =>
  said.includes(revision) ||
  end?.reason === "lock-lost" ||
  said.includes("AWS continues, unwatched") ||
  lives.some((one) => one.execution === execution && /changed last is not on record here/.test(one.stderr));

function isNamed(name: keyof Snapshot, end: EndEvent | undefined, said: string): boolean {
  const how = NAMES[name];
  if (how instanceof RegExp) return how.test(said);
  if (name === "desired" && FOREIGN_SIZE.test(said)) return true;
  return end?.unfinished?.some(({ kind }) => how?.includes(kind)) === true;
}

/** Auto scaling is at work again and wants more tasks than we have put back: the load is greater than it was. */
function isScaledOut(story: Story, { desired, scaling }: Snapshot): boolean {
  const [, most] = /^\d+ to (\d+)$/.exec(scaling) ?? [];
  const sizes = ownRequests(story).flatMap(({ request: { effective, operation, input } }) =>
    effective && operation === "UpdateService" && input.desiredCount !== undefined ? [input.desiredCount] : [],
  );
  return sizes.at(-1) === story.before.desired && desired > story.before.desired && desired <= Number(most);
}

/** Another operator's execution changed something: an end speaks of its own alone. */
function isShared(story: Story, { execution }: Lived): boolean {
  return (
    ownRequests(story).some(
      ({ request, sent }) => request.effective && sent.position !== undefined && sent.position.execution !== execution,
    ) || story.lives.some((lived) => isSecond(lived) && lived.execution !== execution && lived.execution !== "")
  );
}

type Difference = readonly [name: keyof Snapshot, was: string, is: string];

function unintended(story: Story, after: Snapshot): readonly Difference[] {
  const { before } = story;
  const names = Object.keys(NAMES) as (keyof Snapshot)[];
  const all = names
    .filter((name) => before[name] !== after[name] && !(name === "desired" && isScaledOut(story, after)))
    .map((name): Difference => [name, String(before[name]), String(after[name])]);
  return [...all.filter((difference) => !isIntended(story, difference)), ...wrongRevision(story, after)];
}

/**
 * A restore makes an instance, and by --cutover rename gives the first one another name; nothing is ever deleted. Where
 * both renames are done, the service has its database: what else failed is a step of its own.
 */
function isIntended({ world }: Story, [name, , is]: Difference): boolean {
  if (name !== "instances" || world.procedure !== "restore") return false;
  const instances = is.split("; ");
  return instances.includes("vulcan-prod") && (instances.includes(COPY) || world.flags.includes("rename"));
}

function wrongRevision(story: Story, after: Snapshot): readonly Difference[] {
  const { world, before } = story;
  const { from, to } = meaningOf(world);
  const own = [from, to].map((revision) => `vulcan-prod:${revision}`);
  // The pipeline of this scenario deploys by itself, without a request.
  if (world.scenario === "ci-deploys") own.push("vulcan-prod:44");
  const isForeign = foreignRequests(story).length > 0;
  return isForeign || own.includes(after.revision) ? [] : [["revision", before.revision, after.revision]];
}
