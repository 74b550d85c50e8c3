import type { JournalEvent, StepConfirmed } from "../../../src/domain/execution-event.ts";
import { type OwnRequest, type ReadJournal, readJournals, stepRequests } from "../facts.ts";
import type { Lived, Story } from "../story.ts";
import { READING } from "../world.ts";

/** The journal can be read, it says of each request whether it took effect, and the exit code agrees with its end. */
export function trueJournal(story: Story): readonly string[] {
  const journals = readJournals(story);
  return [
    ...journals.flatMap(({ path, problem }) => (problem === undefined ? [] : [`${path}: ${problem}`])),
    ...torn(story),
    ...journals.flatMap((journal) => wrongAboutSending(journal, stepRequests(story))),
    ...(READING.has(story.world.procedure) ? [] : story.lives.flatMap(wrongExitCode)),
  ];
}

/**
 * Half a record at the end is only there where the last life died of it. Half of a first one is no journal: that execution
 * sent nothing, and `show` says so.
 */
function torn({ journals, lives }: Story): readonly string[] {
  const halved = journals.filter(({ text }) => text.includes("\n") && !text.endsWith("\n"));
  const last = lives.at(-1);
  return last?.code === "died" ? [] : halved.map(({ path }) => `${path} ends with half a record`);
}

/** Operations that are no single request of a step to AWS. */
const OTHERWISE: ReadonlySet<string> = new Set(["container", "notify"]);

function wrongAboutSending({ events }: ReadJournal, requests: readonly OwnRequest[]): readonly string[] {
  return events.flatMap((event, index) => {
    if (event.type !== "step.confirmed" || OTHERWISE.has(event.operation.service)) return [];
    const effective = requests.filter((own) => own.request.effective && isOfAttempt(own, event));
    const end = events.slice(index + 1).find((later) => endsAttempt(later, event));
    const what = `${event.operation.name} of step ${event.step} (${event.phase}, ${event.at})`;
    if (end?.type === "step.sent" && effective.length === 0 && !end.adopted)
      return [`${what} is said to be sent, and had no effect`];
    if (end?.type === "step.failed" && end.effect === "none" && effective.length > 0)
      return [`${what} is said to have had no effect, and had one`];
    return [];
  });
}

const isOfAttempt = ({ sent: { position } }: OwnRequest, { execution, step, phase, at }: StepConfirmed): boolean =>
  position?.execution === execution && position.step === step && position.phase === phase && position.at === at;

function endsAttempt(event: JournalEvent, { step, phase }: StepConfirmed): boolean {
  if (!("step" in event) || event.step !== step || event.phase !== phase) return false;
  return event.type === "step.sent" || event.type === "step.failed" || event.type === "step.confirmed";
}

function wrongExitCode({ life, code, end, stdout }: Lived): readonly string[] {
  if (typeof code !== "number") return [];
  if (end === undefined)
    return isRefusal(stdout) ? [] : [`${life.name} ended with ${code}, and its journal has no end`];
  return end.exitCode === code ? [] : [`${life.name} ended with ${code}, and its journal says ${end.exitCode}`];
}

/** Nothing, or the one line of an error: the command was refused before it began. */
const isRefusal = (stdout: string): boolean => stdout === "" || /^\{"error":\{.*\}\}\n$/.test(stdout);
