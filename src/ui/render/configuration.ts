import type { Json } from "../../domain/json.ts";
import {
  type ConfigurationFile,
  type ConfigurationInForce,
  originText,
  type SettingInForce,
} from "../../domain/setting-in-force.ts";
import { jsonText } from "../text/json-text.ts";
import { isNarrow, paragraph, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint } from "../text/style.ts";
import { pad, width } from "../text/wrap.ts";

/** Each value in force beside where it came from; then the files, and the variables that are set. */
export function renderConfiguration(found: ConfigurationInForce, display: DisplayOptions): string {
  const { target, settings, files, variables, stateDir, warnings } = found;
  const set = [target, ...settings.filter(isSet), stateDir];
  const unset = settings.filter((one) => !isSet(one)).map(({ name }) => name);
  const lines = [
    ...columns(set.map(rowOf), display),
    ...(unset.length === 0 ? [] : ["", ...rowLines({ label: "Not set", text: unset.join(", ") }, display, 0)]),
    "",
    paint("Files, the nearest first", "strong", display),
    ...columns(files.map(fileRow), display),
    ...(variables.length === 0 ? [] : ["", paint("Environment", "strong", display)]),
    ...columns(
      variables.map(({ name, value }) => [name, value ?? "set, not shown", ""]),
      display,
    ),
    ...(warnings.length === 0 ? [] : [""]),
    ...warnings.flatMap((text) => rowLines({ label: "! WARN", text, tone: "warn" }, display, 0)),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

const isSet = ({ origin }: SettingInForce): boolean => origin.kind !== "unset";

type Cells = readonly [name: string, value: string, from: string];

const rowOf = ({ name, value, origin }: SettingInForce): Cells => [name, valueText(value), originText(origin)];

/** A text as it is, and a list or record as its JSON in one line. */
const valueText = (value: Json): string => (typeof value === "string" ? value : jsonText(value));

const KINDS: Readonly<Record<ConfigurationFile["kind"], string>> = {
  named: "VULCAN_OPS_CONFIG",
  project: "working directory",
  own: "your own",
};

const fileRow = ({ path, kind, exists, targets }: ConfigurationFile): Cells => [
  KINDS[kind],
  path,
  exists ? `targets: ${targets.join(", ") || "none"}` : "not there",
];

const GAP = 2;

/** Names, values and origins below each other; where the screen is too narrow, the origin has its own line. */
function columns(rows: readonly Cells[], display: DisplayOptions): string[] {
  const cells = (index: 0 | 1): number => Math.max(0, ...rows.map((row) => width(row[index]))) + GAP;
  const needed = 2 + cells(0) + cells(1) + Math.max(0, ...rows.map(([, , from]) => width(from)));
  if (!isNarrow(display) && needed <= display.columns)
    return rows.map(
      ([name, value, from]) => `  ${pad(name, cells(0))}${pad(value, cells(1))}${paint(from, "quiet", display)}`,
    );
  return rows.flatMap(([name, value, from]) => [
    ...rowLines({ label: name, text: value }, display, 2),
    ...(from === "" ? [] : paragraph(from, display, 6, "quiet")),
  ]);
}
