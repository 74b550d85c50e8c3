import { isCommandLine, shellWord } from "./command-line.ts";

/** Options that an operator typed and has to type again, as words: which target, as whom, and the folder of journals. */
export type TypedOptions = Readonly<Partial<Record<TypedName, readonly string[]>>>;

export const TYPED_NAMES = ["target", "profile", "region", "state-dir"] as const;
export type TypedName = (typeof TYPED_NAMES)[number];

const TARGET: readonly TypedName[] = ["target", "profile", "region"];
const ANY: readonly TypedName[] = TYPED_NAMES;

/** What each command takes of them. A journal holds its execution's own target and region. */
export const TAKEN: Readonly<Record<string, readonly TypedName[]>> = {
  rollback: ANY,
  "migrate down": ANY,
  restore: ANY,
  upgrade: ANY,
  maintenance: ANY,
  alerts: ANY,
  run: ANY,
  approve: ANY,
  notify: TARGET,
  "maintenance announce": ANY,
  "maintenance reschedule": ANY,
  "maintenance cancel": ANY,
  plan: ANY,
  "fleet plan": ["profile", "state-dir"],
  status: ANY,
  doctor: ANY,
  reconnects: ANY,
  unlock: ANY,
  logs: TARGET,
  watch: TARGET,
  "migrate status": TARGET,
  "migrate prove": TARGET,
  iam: TARGET,
  lint: TARGET,
  init: TARGET,
  config: ANY,
  mcp: ANY,
  resume: ["profile", "state-dir"],
  undo: ["profile", "state-dir"],
  show: ["state-dir"],
  note: ["state-dir"],
  report: ANY,
  history: ["target", "state-dir"],
};

const OWN = /^vulcan-ops ((?:migrate |fleet |maintenance (?=announce|reschedule|cancel))?[a-z]+)(?=$| )/;
/** Where the shell's own words begin, outside quotes. */
const REST = /^((?:'[^']*'|"[^"]*"|\\.|[^'"\\|&>])*?)( (?:>|&&|\|) .*)?$/;

/** A line of ours as it has to be typed here: with the options that led to it. Any other text stays as it is. */
export function asTyped(line: string, typed: TypedOptions): string {
  const taken = TAKEN[OWN.exec(line)?.[1] ?? ""];
  if (taken === undefined || !isCommandLine(line) || line.includes(" --help")) return line;
  const words = taken.filter((name) => !line.includes(` --${name}`)).flatMap((name) => typed[name] ?? []);
  if (words.length === 0) return line;
  const added = ` ${words.map(shellWord).join(" ")}`;
  return line.replace(REST, (_all, command: string, rest = "") => `${command}${added}${rest}`);
}
