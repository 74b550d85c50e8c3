import type { HistoryRow, Service } from "../../../domain/aws/ecs.ts";
import { namedRevision, type WrittenRevision } from "../../../domain/aws/named-revision.ts";
import { rankRevisions } from "../../../domain/aws/revision-history.ts";
import { isReturnedFrom, type RevisionMark } from "../../../domain/failed-revision.ts";
import { ok, warn } from "../../../domain/finding.ts";
import type { Finding } from "../../../domain/operation.ts";
import { type ContainsMigration, type ImageEvidence, imageContainsMigration } from "./image-contains-migration.ts";

/** The two images of a Down: the one that holds its code, and the one to run afterwards. */
export interface DownImages {
  readonly imageWithDown?: string;
  readonly imageAfterDown?: string;
  readonly findings: readonly Finding[];
}

interface ImageQuestion {
  /** Versions that are taken back, newest first. */
  readonly removed: readonly number[];
  readonly via: string;
  /** The revision that the operator has named to return to. */
  readonly returnTo?: WrittenRevision;
  /** What our executions have recorded about revisions. */
  readonly revisionMarks?: readonly RevisionMark[];
}

/** Chooses both, and says how each is known. It reports what is unknown, and blocks only if nothing can be chosen. */
export function chooseImages(
  service: Service,
  evidence: ImageEvidence,
  question: ImageQuestion,
  now: number,
): DownImages {
  const [newest = 0] = question.removed;
  const oldest = question.removed.at(-1) ?? 0;
  const withDown = chooseImageWithDown(service.taskDefinition, newest, evidence, question.via);
  const afterDown = chooseImageAfterDown(service, oldest, evidence, question, now);
  return {
    ...(withDown.name === undefined ? {} : { imageWithDown: withDown.name }),
    ...(afterDown.name === undefined ? {} : { imageAfterDown: afterDown.name }),
    findings: [withDown.finding, afterDown.finding],
  };
}

interface Chosen {
  readonly name?: string;
  readonly finding: Finding;
}

/** ECS Exec can enter only what serves. A one-off task can have any revision. */
function chooseImageWithDown(current: string, newest: number, evidence: ImageEvidence, via: string): Chosen {
  const names = via === "exec" ? [current] : [current, ...deployed(evidence.rows)];
  const judged = names.map((name) => ({ name, holds: imageContainsMigration(name, newest, evidence) }));
  const sure = judged.find(({ holds }) => holds.answer === "yes");
  if (sure !== undefined)
    return { name: sure.name, finding: ok("down-image", imageWithDownText(sure.name, sure.holds, newest)) };
  const open = judged.find(({ holds }) => holds.answer === "unknown");
  if (open !== undefined) {
    const text = `whether ${open.name} holds the Down of migration ${newest} is unknown: ${open.holds.how}; where it does not, the Down fails and nothing is changed`;
    return { name: open.name, finding: warn("down-image-unknown", text) };
  }
  return { finding: noImageWithDown(current, newest, judged[0]?.holds.how ?? "", via) };
}

const imageWithDownText = (name: string, { how }: ContainsMigration, newest: number): string =>
  `the Down of migration ${newest} is in the image of ${name}: ${how}`;

function noImageWithDown(current: string, newest: number, how: string, via: string): Finding {
  const text = `${current} does not hold the Down of migration ${newest}: ${how}`;
  const next =
    via === "exec"
      ? ["the same command with --via task, which can run a task of another revision"]
      : ["register a task definition of the image that brought it, then the same command"];
  return { level: "block", code: "down-image-lacking", text, next };
}

/** Every revision on record, the most recently deployed first. */
const deployed = (rows: readonly HistoryRow[]): string[] =>
  [...new Set(rows.map(({ taskDefinition }) => taskDefinition))].filter((name) => name !== "");

function chooseImageAfterDown(
  service: Service,
  oldest: number,
  evidence: ImageEvidence,
  { returnTo, revisionMarks = [] }: ImageQuestion,
  now: number,
): Chosen {
  const current = service.taskDefinition;
  if (returnTo !== undefined) return named(namedRevision(returnTo, service), oldest, evidence);
  const { proven } = rankRevisions(evidence.rows, current, now, revisionMarks.filter(isReturnedFrom));
  const candidates = [current, ...proven.map(({ taskDefinition }) => taskDefinition)];
  for (const name of candidates) {
    const holds = imageContainsMigration(name, oldest, evidence);
    if (holds.answer !== "no") continue;
    return { name, finding: ok("fitting-revision", `${name} fits the schema afterwards: ${holds.how}`) };
  }
  const text = `no revision that served well is known not to hold migration ${oldest}: whatever starts would apply it again`;
  const next = ["the same command with --revert-to REV, if you know which revision fits"];
  return { finding: { level: "block", code: "no-fitting-revision", text, next } };
}

function named(name: string, oldest: number, evidence: ImageEvidence): Chosen {
  const { answer, how } = imageContainsMigration(name, oldest, evidence);
  if (answer === "no") return { name, finding: ok("fitting-revision", `${name} fits the schema afterwards: ${how}`) };
  if (answer === "unknown") {
    const text = `whether ${name} would apply migration ${oldest} again is unknown: ${how}`;
    return { name, finding: warn("fitting-revision-unknown", text) };
  }
  const text = `${name} holds migration ${oldest} and would apply it again at its start: ${how}`;
  const next = ["the same command without --revert-to, or with an earlier revision"];
  return { finding: { level: "block", code: "revision-reapplies", text, next } };
}
