import type { JournalEvent } from "../../../src/domain/execution-event.ts";
import { parseJournal } from "../../../src/journal/parse-journal.ts";
import { isLockCall, isSessionCall } from "../facts.ts";
import { meaningOf } from "../procedures.ts";
import type { Snapshot } from "../snapshot.ts";
import type { EndEvent, RecordedRequest, Violation } from "../story.ts";
import type { Command, World } from "../world.ts";
import { KINDS } from "./nothing-left.ts";

/** One process, as it was seen from outside. */
export interface RealLife {
  readonly command: Command;
  readonly code: number | "died" | "hung";
  /** The signal that was sent to it while it lived. */
  readonly signal?: NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  readonly end: EndEvent | undefined;
  readonly after: Snapshot;
}

export interface RealStory {
  readonly world: World;
  readonly before: Snapshot;
  readonly lives: readonly RealLife[];
  readonly journals: readonly { readonly name: string; readonly text: string }[];
  readonly requests: readonly RecordedRequest[];
  readonly secrets: readonly string[];
}

/** What can be judged without knowing which process sent a request. */
export function judgeReal(story: RealStory): readonly Violation[] {
  const judges: Readonly<Record<string, (story: RealStory) => readonly string[]>> = {
    "each effect at most once": confirmedOnce,
    "the journal is true": trueJournals,
    "nothing is left behind unnamed": nothingLeft,
    "no false success": noFalseSuccess,
    "no secret gets out": noSecret,
    "no hang, and no fault of the program's own": noFault,
  };
  return Object.entries(judges).flatMap(([invariant, judge]) => judge(story).map((text) => ({ invariant, text })));
}

const stepWrites = ({ requests }: RealStory): readonly RecordedRequest[] =>
  requests.filter(
    (request) =>
      request.mutating && request.effective && !isLockCall(request) && !isSessionCall(request) && isOurs(request),
  );

/** The harness prepares a secret by itself, with the SDK alone. */
const isOurs = ({ userAgent = "" }: RecordedRequest): boolean => userAgent.includes("vulcan-ops");

function eventsOf({ journals }: RealStory): readonly JournalEvent[] {
  return journals.flatMap(({ name, text }) => {
    try {
      return parseJournal(text, name).events;
    } catch {
      return [];
    }
  });
}

/** No more requests took effect than were confirmed: of each operation. */
function confirmedOnce(story: RealStory): readonly string[] {
  const confirmed = new Map<string, number>();
  for (const event of eventsOf(story)) {
    if (event.type !== "step.confirmed") continue;
    // One Operation stops several tasks by a request each.
    const { name, input } = event.operation;
    const [call, count] = name === "StopTasks" ? ["StopTask", (input.tasks as readonly string[]).length] : [name, 1];
    confirmed.set(call, (confirmed.get(call) ?? 0) + count);
  }
  const sent = new Map<string, number>();
  for (const { operation } of stepWrites(story)) sent.set(operation, (sent.get(operation) ?? 0) + 1);
  return [...sent]
    .filter(([operation, count]) => count > (confirmed.get(operation) ?? 0))
    .map(([operation, count]) => `${operation} took effect ${count} times, confirmed ${confirmed.get(operation) ?? 0}`);
}

function trueJournals({ journals }: RealStory): readonly string[] {
  return journals.flatMap(({ name, text }) => {
    try {
      parseJournal(text, name);
      return [];
    } catch (error) {
      // A process that was killed before its first record was whole leaves no journal.
      return text.includes("\n") ? [`${name}: ${(error as Error).message}`] : [];
    }
  });
}

/** After each life that could still speak: what is different and not intended is named, by its kind. */
function nothingLeft({ before, lives }: RealStory): readonly string[] {
  return lives.flatMap(({ command, code, end, after }) => {
    if (typeof code !== "number" || end === undefined) return [];
    return Object.entries(KINDS)
      .map(([name, kinds]) => ({ name: name as keyof Snapshot, kinds }))
      .filter(({ name, kinds }) => before[name] !== after[name] && !isNamed(end, kinds))
      .map(({ name }) => `${command} ended ${code}: ${name} was ${before[name]}, is ${after[name]}; ${end.text}`);
  });
}

/** Somebody else set the size, auto scaling for one: it stays. */
const FOREIGN_SIZE = /tasks?; \d+ was asked for/;

const isNamed = (end: EndEvent, kinds: readonly string[]): boolean =>
  end.unfinished?.some(({ kind }) => kinds.includes(kind)) === true ||
  (kinds.includes("size") && FOREIGN_SIZE.test(end.text)) ||
  // What goes on must not be disturbed: its restoring steps wait for `resume`.
  end.status === "unknown";

function noFalseSuccess({ world, lives, journals }: RealStory): readonly string[] {
  const { from, to } = meaningOf(world);
  const last = lives.at(-1);
  if (last === undefined || last.code !== 0 || journals.length !== 1 || world.scenario === "ci-deploys") return [];
  const isUndone = last.end?.status === "undone";
  const { revision, running, desired } = last.after;
  const wanted = `vulcan-prod:${isUndone ? from : to}`;
  const fit = running.filter((one) => one === revision).length;
  // What nobody has changed is as it was: in the middle of a deployment, for one.
  const isIdle = last.end?.text.startsWith("nothing to undo") === true;
  const isRight = revision === wanted && (isIdle || (fit === desired && running.length === desired));
  const seen = `${revision} is set, ${running.join(", ")} run, ${desired} are wanted`;
  return isRight ? [] : [`${last.command} ended 0 (${last.end?.text}), wanted ${wanted}: ${seen}`];
}

function noSecret({ lives, journals, secrets }: RealStory): readonly string[] {
  const texts = [...lives.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...journals.map(({ text }) => text)];
  const isTold = secrets.some((secret) => secret !== "" && texts.some((text) => text.includes(secret)));
  return isTold ? ["a secret stands in an output or a journal"] : [];
}

function noFault({ lives }: RealStory): readonly string[] {
  return lives.flatMap(({ command, code, stderr }) => {
    if (code === "hung") return [`${command} had not ended in its time`];
    return /vulcan-ops itself failed|TypeError/.test(stderr) ? [`${command}: ${stderr.slice(0, 300)}`] : [];
  });
}
