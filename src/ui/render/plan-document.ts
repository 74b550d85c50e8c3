import { commandLine } from "../../domain/command-line.ts";
import { identityAt } from "../../domain/identity.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Plan, PlannedStep } from "../../domain/plan.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";
import { expectedText, isTextKnown } from "../io/flag-answers.ts";
import { identityText } from "./identity.ts";
import { markdownOf } from "./markdown.ts";
import { factRows, isIdle } from "./plan-facts.ts";
import { effortText, goalOf } from "./plan-summary.ts";
import { type Block, list, type Section, table } from "./sections.ts";
import { shown } from "./shown.ts";
import { undoRows } from "./undo-rows.ts";

/** What identifies the plan that a board approves. */
export interface Kept {
  readonly digest: string;
  /** The file that holds it, if any. */
  readonly path: string | undefined;
  /** Release that made it. */
  readonly version: string;
  /** RFC 3339, UTC: when it may begin. Absent where it is not kept. */
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
}

type Numbered = readonly [number: number, step: PlannedStep];

/** A plan as Markdown for a change board: what, risk, steps, the way back of each, duration. Ends with a line feed. */
export function planDocument(plan: Plan, kept: Kept): string {
  const steps = [...plan.steps, ...plan.finally].map((step, index): Numbered => [index + 1, step]);
  const active = steps.filter(([, step]) => !isIdle(step));
  const sections: readonly Section[] = [
    { title: "What", blocks: what(plan, kept) },
    { title: "Steps", blocks: stepTable(active) },
    ...active.filter(([, { operation }]) => operation !== null).map(change),
    { title: "Back-out", blocks: backOut(active) },
    { title: "Checks", blocks: checks(plan) },
    { title: "Left out", blocks: list(steps.filter(([, step]) => isIdle(step)).map(leftOut)) },
  ];
  return markdownOf(
    `Plan: ${goalOf(plan)}`,
    sections.filter(({ blocks }) => blocks.length > 0),
  );
}

function what(plan: Plan, { digest, path, version, validFrom, validUntil }: Kept): readonly Block[] {
  const { runbook, target, caller, elsewhere, at } = plan;
  const blocked = [...plan.steps].flatMap(({ findings }) => findings.filter(({ level }) => level === "block"));
  const rows: readonly (readonly [string, string])[] = [
    ["Where", identityText(identityAt(target, caller.account, elsewhere))],
    ["Effort", effortText(plan)],
    ["Highest risk", highestRisk(plan)],
    ...factRows(plan, UTC).map(({ label, text }) => [label, text] as const),
    ["Runbook", `${runbook.id}: ${runbook.title} (sha256 ${runbook.sha256.slice(0, 12)})`],
    ["Planned", `${utcTime(at)} as ${caller.arn} by vulcan-ops ${version}`],
    ...(validFrom === undefined || validUntil === undefined
      ? []
      : [["Valid", `${utcTime(validFrom)} to ${utcTime(validUntil)}`] as const]),
    ["Digest of the plan", digest],
  ];
  const run = path === undefined ? [] : [commandLine`vulcan-ops run --plan ${path}`];
  return [
    ...list(blocked.map(({ text }) => `BLOCKED: ${text}`)),
    ...table(["What", "Value"], rows),
    ...(run.length === 0
      ? []
      : [
          { kind: "text", text: "Carries out exactly this, or nothing:" } as const,
          { kind: "commands", lines: run } as const,
        ]),
  ];
}

/** A document has no screen: its moments are in UTC. */
const UTC = { columns: 80, colour: false, unicode: true, live: false, utcOnly: true } as const;

function highestRisk({ steps }: Plan): string {
  const risks = new Set(steps.filter((step) => !isIdle(step)).map(({ risk }) => risk));
  if (risks.has("destructive")) return "destructive: something cannot be undone";
  return risks.has("change") ? "change" : "read: nothing is changed";
}

const stepTable = (active: readonly Numbered[]): readonly Block[] =>
  table(
    ["#", "Step", "Risk", "Asks", "About", "What"],
    active.map(([number, step]) => [
      String(number),
      step.title,
      step.risk,
      asks(step),
      step.usualSeconds === undefined ? "" : formatDuration(step.usualSeconds),
      step.readiness === "deferred" ? `known after step ${step.until ?? "before it"}` : step.summary,
    ]),
  );

function asks(step: PlannedStep): string {
  if (step.confirm === "typed") return isTextKnown(step) ? `types ${expectedText(step)}` : "types a text";
  return step.confirm === "prompt" ? "yes or no" : step.confirm === "countdown" ? "counts down" : "nothing";
}

/** One change in full: why, before and after, the request, the way back. */
const change = ([number, step]: Numbered): Section => ({
  title: `Step ${number}: ${step.title}`,
  blocks: [
    ...(step.why === undefined ? [] : [{ kind: "text", text: step.why.trim() } as const]),
    ...table(
      ["What", "Before", "After"],
      step.changes.map(({ subject, property, before, after }) => [
        `${subject}: ${property}`,
        shown(before),
        shown(after),
      ]),
    ),
    ...(step.awsCli === null ? [] : [{ kind: "commands", lines: [step.awsCli] } as const]),
  ],
});

/** Last change first, as it is undone. */
const backOut = (active: readonly Numbered[]): readonly Block[] =>
  active
    .filter(([, { undo }]) => undo !== null)
    .toReversed()
    .flatMap(([number, step]): readonly Block[] => {
      const rows = undoRows(step);
      const texts = rows
        .filter(({ kind }) => kind !== "command")
        .map(({ label, text }) => `${label === "NO UNDO" ? "NO UNDO: " : ""}${text}`);
      const commands = rows.filter(({ kind }) => kind === "command").map(({ text }) => text);
      return [
        ...list(texts.map((text) => `Step ${number}, ${step.title}: ${text}`)),
        ...(commands.length === 0 ? [] : [{ kind: "commands", lines: commands } as const]),
      ];
    });

function checks({ steps, finally: restoring }: Plan): readonly Block[] {
  const all = [...steps, ...restoring].flatMap(({ findings }) => findings);
  const found = all.filter(({ text }, index) => all.findIndex((one) => one.text === text) === index);
  const of = (level: Finding["level"]) => found.filter((finding) => finding.level === level).map(({ text }) => text);
  const passed = of("ok");
  return [
    ...list(of("warn").map((text) => `WARN: ${text}`)),
    ...(passed.length === 0 ? [] : [{ kind: "text", text: `${passed.length} passed:` } as const]),
    ...list(passed),
  ];
}

const leftOut = ([number, { title, readiness, summary }]: Numbered): string =>
  `${number}. ${title}: ${readiness === "left-out" ? "not chosen" : `no change${summary === "" ? "" : `, ${summary}`}`}`;
