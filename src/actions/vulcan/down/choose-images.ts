import { familyOf, type HistoryRow, type Service } from "../../../domain/aws/ecs.ts";
import { judgeHistory } from "../../../domain/aws/revision-history.ts";
import { isReturn, type Mark } from "../../../domain/failed-revision.ts";
import { ok, warn } from "../../../domain/finding.ts";
import type { Finding } from "../../../domain/operation.ts";
import { type Holds, holdsMigration, type ImageEvidence } from "./image-contains-migration.ts";

/** The two images of a Down: the one that holds its code, and the one that shall run afterwards. */
export interface DownImages {
  readonly holder?: string;
  readonly fitting?: string;
  readonly findings: readonly Finding[];
}

interface Wish {
  /** Versions that are taken back, newest first. */
  readonly removed: readonly number[];
  readonly via: string;
  /** The revision that the operator has named to return to. */
  readonly returnTo?: string;
  /** What executions of ours know of revisions. */
  readonly marks?: readonly Mark[];
}

/** Chooses both, each with how it is known; what cannot be told is said, and blocks only where nothing can be chosen. */
export function chooseImages(service: Service, evidence: ImageEvidence, wish: Wish, now: number): DownImages {
  const [newest = 0] = wish.removed;
  const oldest = wish.removed.at(-1) ?? 0;
  const holder = chooseHolder(service.taskDefinition, newest, evidence, wish.via);
  const fitting = chooseFitting(service, oldest, evidence, wish, now);
  return {
    ...(holder.name === undefined ? {} : { holder: holder.name }),
    ...(fitting.name === undefined ? {} : { fitting: fitting.name }),
    findings: [holder.finding, fitting.finding],
  };
}

interface Chosen {
  readonly name?: string;
  readonly finding: Finding;
}

/** By ECS Exec only what serves can be entered; a task of its own can be of any revision. */
function chooseHolder(current: string, newest: number, evidence: ImageEvidence, via: string): Chosen {
  const names = via === "exec" ? [current] : [current, ...deployed(evidence.rows)];
  const judged = names.map((name) => ({ name, holds: holdsMigration(name, newest, evidence) }));
  const sure = judged.find(({ holds }) => holds.answer === "yes");
  if (sure !== undefined)
    return { name: sure.name, finding: ok("down-image", holderText(sure.name, sure.holds, newest)) };
  const open = judged.find(({ holds }) => holds.answer === "unknown");
  if (open !== undefined) {
    const text = `whether ${open.name} holds the Down of migration ${newest} is unknown: ${open.holds.how}; where it does not, the Down fails and nothing is changed`;
    return { name: open.name, finding: warn("down-image-unknown", text) };
  }
  return { finding: noHolder(current, newest, judged[0]?.holds.how ?? "", via) };
}

const holderText = (name: string, { how }: Holds, newest: number): string =>
  `the Down of migration ${newest} is in the image of ${name}: ${how}`;

function noHolder(current: string, newest: number, how: string, via: string): Finding {
  const text = `${current} does not hold the Down of migration ${newest}: ${how}`;
  const next =
    via === "exec"
      ? ["the same command with --via task, which can run a task of another revision"]
      : ["register a task definition of the image that brought it, then the same command"];
  return { level: "block", code: "down-image-lacking", text, next };
}

/** Every revision on record, the most lately deployed first. */
const deployed = (rows: readonly HistoryRow[]): string[] =>
  [...new Set(rows.map(({ taskDefinition }) => taskDefinition))].filter((name) => name !== "");

function chooseFitting(
  service: Service,
  oldest: number,
  evidence: ImageEvidence,
  { returnTo, marks = [] }: Wish,
  now: number,
): Chosen {
  const current = service.taskDefinition;
  if (returnTo !== undefined) return named(`${familyOf(current)}:${returnTo}`, oldest, evidence);
  const { proven } = judgeHistory(evidence.rows, current, now, marks.filter(isReturn));
  const candidates = [current, ...proven.map(({ taskDefinition }) => taskDefinition)];
  for (const name of candidates) {
    const holds = holdsMigration(name, oldest, evidence);
    if (holds.answer !== "no") continue;
    return { name, finding: ok("fitting-revision", `${name} fits the schema afterwards: ${holds.how}`) };
  }
  const text = `no revision that served well is known not to hold migration ${oldest}: whatever starts would apply it again`;
  const next = ["the same command with --revert-to REV, if you know which revision fits"];
  return { finding: { level: "block", code: "no-fitting-revision", text, next } };
}

function named(name: string, oldest: number, evidence: ImageEvidence): Chosen {
  const { answer, how } = holdsMigration(name, oldest, evidence);
  if (answer === "no") return { name, finding: ok("fitting-revision", `${name} fits the schema afterwards: ${how}`) };
  if (answer === "unknown") {
    const text = `whether ${name} would apply migration ${oldest} again is unknown: ${how}`;
    return { name, finding: warn("fitting-revision-unknown", text) };
  }
  const text = `${name} holds migration ${oldest} and would apply it again at its start: ${how}`;
  const next = ["the same command without --revert-to, or with an earlier revision"];
  return { finding: { level: "block", code: "revision-reapplies", text, next } };
}
