import type { JournalEvent, StepConfirmed } from "../../../src/domain/execution-event.ts";
import {
  attemptName,
  confirmations,
  foreignRequests,
  isLockCall,
  isSessionCall,
  type OwnRequest,
  ownRequests,
  readJournals,
} from "../facts.ts";
import { PIPELINE, type Story } from "../story.ts";

/** Every request of the program that changes something has its confirmation on the disk before it. */
export function confirmedBefore(story: Story): readonly string[] {
  const recorded = [...confirmations(readJournals(story)), ...besideTheJournal(story)];
  const unmarked = foreignRequests(story).filter(({ userAgent = "" }) => !userAgent.includes(PIPELINE));
  const bare = unmarked.map(({ operation, at }) => `${operation} at ${at} was sent by no life that is known`);
  const wrong = ownRequests(story).flatMap((own) => {
    const { request, sent } = own;
    if (isLockCall(request)) return [];
    // A session of ECS Exec also serves the reading of what a command did, and the way to the database.
    if (isSessionCall(request)) return [];
    if (sent.position?.type !== "step.confirmed")
      return [`${request.operation} was sent after ${sent.position?.type ?? "no record"}`];
    const record = recorded.find((event) => isOf(event, own));
    if (record === undefined)
      return [`${request.operation} was sent, and no journal holds the confirmation of ${attemptName(own)}`];
    const other = differing(record, own);
    return other === undefined
      ? []
      : [`${request.operation} of ${attemptName(own)} was sent with another ${other} than was confirmed`];
  });
  return [...bare, ...wrong];
}

/** Where another machine has continued an execution meanwhile: the other copy, and what is kept beside one. */
const besideTheJournal = ({ files }: Story): readonly StepConfirmed[] =>
  files
    .filter(({ path }) => /\.(?:diverged|jsonl)$/.test(path))
    .flatMap(({ text }) => text.split("\n").filter(Boolean))
    .flatMap(whole)
    .filter((event): event is StepConfirmed => event.type === "step.confirmed");

/** None of the half of a record that a process left that died. */
function whole(line: string): readonly JournalEvent[] {
  try {
    return [JSON.parse(line) as JournalEvent];
  } catch {
    return [];
  }
}

const isOf = (event: StepConfirmed, { sent: { position } }: OwnRequest): boolean =>
  event.execution === position?.execution &&
  event.step === position.step &&
  event.phase === position.phase &&
  event.at === position.at;

/** A plain member of the Operation that the request has otherwise. A copy's Operation names what is copied. */
function differing({ operation }: StepConfirmed, { request }: OwnRequest): string | undefined {
  if (operation.name !== request.operation) return undefined;
  const plain = Object.entries(operation.input).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  const both = plain.filter(([name]) => Object.hasOwn(request.input, name));
  return both.find(([name, value]) => !isSame(String(request.input[name]), String(value)))?.[0];
}

/** A time may be written in another way. */
const isSame = (sent: string, confirmed: string): boolean =>
  sent === confirmed || (/^\d{4}-/.test(sent) && Date.parse(sent) === Date.parse(confirmed));
