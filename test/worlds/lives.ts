import { judge } from "./judges/index.ts";
import type { NamedRecord } from "./life.ts";
import { live } from "./live.ts";
import type { Stage } from "./stage.ts";
import type { Story, Violation } from "./story.ts";
import type { LifePlan, World } from "./world.ts";

/** Where a life is broken off: as it takes something away for the run, and as it puts something back. */
interface Places {
  readonly before: NamedRecord;
  readonly back: NamedRecord;
}

/** A procedure, and where each of its lives is broken off. */
interface Row extends Pick<World, "procedure" | "scenario" | "flags"> {
  readonly name: string;
  readonly run: Places;
  /** The first life dies here; `resume` continues. */
  readonly diesAt: NamedRecord;
  readonly resume: Places;
  /** Undefined: the first life comes to its end before it is undone. */
  readonly undoneFrom?: NamedRecord;
  readonly undo: Places;
}

const on = (record: string, step: string): NamedRecord => ({ on: `step.${record}`, step, phase: "do" });
const undoing = (record: string, step: string): NamedRecord => ({ on: `step.${record}`, step, phase: "undo" });

/** One request, and nothing that is changed for the run alone. */
const single = (step: string) => ({
  run: { before: on("confirmed", step), back: on("sent", step) },
  diesAt: on("confirmed", step),
  resume: { before: on("confirmed", step), back: on("sent", step) },
  undo: { before: undoing("confirmed", step), back: undoing("sent", step) },
});

const cutover = (kind: string): Row => ({
  name: `restore --cutover ${kind}`,
  ...{ procedure: "restore", scenario: "healthy", flags: ["--cutover", kind] },
  run: { before: on("sent", "fence"), back: on("sent", "switch") },
  diesAt: on("sent", "fence"),
  resume: { before: on("verified", "fence"), back: on("sent", "switch") },
  undoneFrom: on("sent", "fence"),
  undo: { before: undoing("confirmed", "fence"), back: undoing("sent", "fence") },
});

const ROWS: readonly Row[] = [
  {
    name: "maintenance",
    ...{ procedure: "maintenance", scenario: "major-release", flags: ["--watch", "15m"] },
    run: { before: on("sent", "shrink"), back: on("sent", "grow") },
    diesAt: on("sent", "shrink"),
    resume: { before: on("verified", "shrink"), back: on("sent", "grow") },
    undo: { before: undoing("undone", "grow"), back: undoing("sent", "shrink") },
  },
  {
    name: "migrate down --via exec",
    ...{ procedure: "down", scenario: "bad-but-healthy", flags: ["--via", "exec"] },
    run: { before: on("sent", "shrink"), back: on("sent", "regrow") },
    diesAt: on("sent", "shrink"),
    resume: { before: on("verified", "shrink"), back: on("sent", "regrow") },
    undoneFrom: on("sent", "shrink"),
    undo: { before: undoing("confirmed", "shrink"), back: undoing("sent", "shrink") },
  },
  {
    name: "run of a runbook of one's own",
    ...{ procedure: "own", scenario: "major-release", flags: [] },
    run: { before: on("sent", "shrink"), back: on("sent", "regrow") },
    diesAt: on("sent", "shrink"),
    resume: { before: on("verified", "shrink"), back: on("sent", "regrow") },
    undoneFrom: on("sent", "shrink"),
    undo: { before: undoing("confirmed", "shrink"), back: undoing("sent", "shrink") },
  },
  cutover("rename"),
  cutover("revision"),
  { name: "rollback", ...{ procedure: "rollback", scenario: "bad-but-healthy", flags: [] }, ...single("revert") },
  {
    name: "migrate down --via task",
    ...{ procedure: "down", scenario: "bad-but-healthy", flags: ["--via", "task"] },
    ...single("revertFirst"),
    undoneFrom: on("sent", "revertFirst"),
  },
  {
    name: "upgrade",
    ...{ procedure: "upgrade", scenario: "major-release", flags: ["--watch", "15m"] },
    ...single("deploy"),
  },
  {
    name: "restore",
    ...{ procedure: "restore", scenario: "healthy", flags: ["--cutover", "none"] },
    ...single("align"),
  },
];

/** What breaks a life off. */
const BREAKS = {
  "Ctrl-C": (at) => ({ stop: at }),
  // The second one ends the process where the first one has brought it, whatever it was about to put back.
  "Ctrl-C twice": (at) => ({ stop: at, death: at }),
  "a take-over": (at) => ({ taken: at }),
  SIGKILL: (at) => ({ death: at }),
} as const satisfies Readonly<Record<string, (at: NamedRecord) => Partial<LifePlan>>>;

const LIVES = ["run", "resume", "undo"] as const;

/** One cell of the table: a procedure, one of its lives, what breaks it off, and where. */
interface Cell {
  readonly name: string;
  readonly world: World;
  /** How many lives come before the one that is broken off, and where that is. It may begin again with a flag. */
  readonly broken: number;
  readonly at: NamedRecord;
}

export const CELLS: readonly Cell[] = ROWS.flatMap((row) =>
  LIVES.flatMap((life) =>
    (["before", "back"] as const).flatMap((place) =>
      Object.entries(BREAKS).map(([how, plan]) => cellOf(row, life, place, how, plan)),
    ),
  ),
);

function cellOf(
  row: Row,
  life: (typeof LIVES)[number],
  place: keyof Places,
  how: string,
  plan: (at: NamedRecord) => Partial<LifePlan>,
): Cell {
  const { procedure, scenario, flags } = row;
  const at = row[life][place];
  const broken: LifePlan = { command: life === "run" ? "start" : life, faults: [], ...plan(at) };
  const from = life === "resume" ? row.diesAt : row.undoneFrom;
  const first: LifePlan = { command: "start", faults: [], ...(from && { death: from }) };
  const lives = [...(life === "run" ? [] : [first]), broken];
  return {
    name: `${row.name}: ${how} in its ${life} at ${at.on.replace("step.", "")} ${at.step}`,
    world: {
      ...{ seed: 1, procedure, scenario, flags, begins: 0, areFaultsLasting: false },
      lives: [...lives, { command: "printed", faults: [] }],
      ending: life === "undo" ? "undo" : "resume",
    },
    broken: lives.length - 1,
    at,
  };
}

/** Plays it, and judges it as any world; that the life came to its place is judged, too. */
export async function playCell(
  { world, broken, at }: Cell,
  stage: Stage,
): Promise<{ readonly story: Story; readonly violations: readonly Violation[] }> {
  const story = await live(world, stage);
  const place = `${at.on} ${at.step}`;
  const isReached = story.lives.slice(broken).some(({ life }) => life.reached.includes(place));
  const missed = isReached ? [] : [{ invariant: "it is broken off there", text: `it never came to ${place}` }];
  return { story, violations: [...missed, ...judge(story)] };
}
