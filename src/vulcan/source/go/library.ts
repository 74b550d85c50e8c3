import { quoted, quotedIdentifier, sprintf } from "./format.ts";
import type { GoNode } from "./node.ts";
import { doubt, type Run } from "./run.ts";
import { change, changeOf, FAILURE, firstUnknown, HARMLESS, OUTCOME, text, unknown, type Value } from "./value.ts";

/** A call to a function of a library: its value, or undefined where the function is not known. */
export function callLibrary(
  run: Run,
  node: GoNode,
  path: string,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const full = `${path.replace(/\/v\d+$/, "")}.${name}`;
  const exact = FUNCTIONS[full];
  if (exact !== undefined) return exact(values, node, run);
  if (QUIET.has(full) || isLogging(path, name)) return HARMLESS;
  if (READS.has(full)) return unknown(node, `${name} reads what is only known when it runs`);
  if (/^(log|github.com\/sirupsen\/logrus)$/.test(path) && /^(Fatal|Panic)/.test(name)) return ends(run, node, name);
  if (!PURE.test(path)) return undefined;
  for (const value of values) change(value, { node, why: `${name} may change it` });
  return firstUnknown(values, node, `what ${name} gives is not worked out`);
}

/** After an error the transaction is lost anyway. */
export function ends(run: Run, node: GoNode, name: string): Value {
  if (run.asides.some(({ isAfterError }) => isAfterError)) return HARMLESS;
  return doubt(run, node, `${name}: it always fails here`);
}

/** Functions without any effect but their value. */
const PURE =
  /^(strings|strconv|errors|math|bytes|unicode|unicode\/utf8|path|path\/filepath|regexp|slices|sort|maps|cmp)$/;

const LOGGERS = /^(log|log\/slog|github\.com\/rs\/zerolog\/log|github\.com\/sirupsen\/logrus)$/;
const isLogging = (path: string, name: string): boolean =>
  LOGGERS.test(path) && /^(Print|Debug|Info|Warn|Error|Log|With|Trace|Str|Int|Err|Default|Group|Any|String)/.test(name);

const QUIET = new Set([
  ...["Print", "Printf", "Println", "Fprint", "Fprintf", "Fprintln"].map((name) => `fmt.${name}`),
  ...["Background", "TODO", "WithTimeout", "WithCancel", "WithDeadline", "WithValue"].map((name) => `context.${name}`),
  ...["Now", "Since", "Sleep", "Duration", "Date", "Unix"].map((name) => `time.${name}`),
  "github.com/google/uuid.New",
  "github.com/google/uuid.NewString",
]);

const READS = new Set(["Getenv", "LookupEnv", "ReadFile", "Hostname", "Args"].map((name) => `os.${name}`));

type Known = (values: readonly Value[], node: GoNode, run: Run) => Value;

const isGood = ({ kind }: Value): boolean => kind === "nil" || kind === "outcome";

/** These give nil for an error that is nil. */
const wrap: Known = ([error], node) => {
  if (error?.kind === "nil" || error?.kind === "outcome" || error?.kind === "failure") return error;
  return unknown(node, "an error that is not known");
};

const joinErrors: Known = (values) => (values.every(isGood) ? OUTCOME : FAILURE);
const fail: Known = () => FAILURE;

/** Only of plain texts. */
function ofTexts(make: (...texts: string[]) => string | undefined): Known {
  return (values, node) => {
    const texts = values.flatMap((value) => (value.kind === "text" ? [value.text] : []));
    const made = texts.length === values.length && texts.length === make.length ? make(...texts) : undefined;
    return made === undefined ? firstUnknown(values, node, "a text that is not worked out") : limited(made, node);
  };
}

const MOST_TEXT = 2_000_000;

export const limited = (made: string, node: GoNode): Value =>
  made.length > MOST_TEXT ? unknown(node, "a text of more than 2 MB") : text(made);

const isAscii = (value: string): boolean => /^[\x00-\x7f]*$/.test(value);

const formatText: Known = ([format, ...values], node, run) => {
  const types = run.go.formats;
  if (types !== undefined) return unknown(types, "a type shows itself by a method of its own");
  const made = format?.kind === "text" ? sprintf(format.text, values) : undefined;
  if (made !== undefined) return limited(made, node);
  return firstUnknown(format === undefined ? [] : [format, ...values], node, "a format that is not worked out");
};

const joinTexts: Known = (values, node) => {
  const [list, separator] = values;
  if (list?.kind !== "list" || separator?.kind !== "text")
    return firstUnknown(values, node, "a list that is not known");
  const parts = list.items.flatMap((item) => (item.kind === "text" ? [item.text] : []));
  if (changeOf(list) !== undefined || parts.length !== list.items.length)
    return firstUnknown(list.items, node, "a list that is not known");
  return limited(parts.join(separator.text), node);
};

const FUNCTIONS: Readonly<Record<string, Known | undefined>> = {
  "fmt.Sprintf": formatText,
  "fmt.Sprint": (values, node, run) =>
    values.every(({ kind }) => kind === "text")
      ? formatText([text("%s".repeat(values.length)), ...values], node, run)
      : firstUnknown(values, node, "Sprint of other things than texts"),
  "fmt.Errorf": fail,
  "errors.New": fail,
  "errors.Join": joinErrors,
  "github.com/pkg/errors.New": fail,
  "github.com/pkg/errors.Errorf": fail,
  ...Object.fromEntries(
    // The standard library has none of them: there, the import is only not shown.
    ["errors", "github.com/pkg/errors"].flatMap((path) =>
      ["Wrap", "Wrapf", "WithMessage", "WithMessagef", "WithStack"].map((name) => [`${path}.${name}`, wrap] as const),
    ),
  ),
  "strings.Join": joinTexts,
  "strings.Repeat": ([of, count], node) =>
    of?.kind === "text" && count?.kind === "int" && count.value >= 0 && of.text.length * count.value <= MOST_TEXT
      ? text(of.text.repeat(count.value))
      : firstUnknown(
          [of, count].filter((value) => value !== undefined),
          node,
          "a text that is not worked out",
        ),
  "strings.ToUpper": ofTexts((of) => (isAscii(of) ? of.toUpperCase() : undefined)),
  "strings.ToLower": ofTexts((of) => (isAscii(of) ? of.toLowerCase() : undefined)),
  "strings.TrimSpace": ofTexts((of) => (isAscii(of) ? of.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, "") : undefined)),
  "strings.TrimPrefix": ofTexts((of, start) => (of.startsWith(start) ? of.slice(start.length) : of)),
  "strings.TrimSuffix": ofTexts((of, end) => (end !== "" && of.endsWith(end) ? of.slice(0, -end.length) : of)),
  "strings.ReplaceAll": ofTexts((of, from, to) => (from === "" ? undefined : of.replaceAll(from, () => to))),
  "strconv.Itoa": ([value], node) =>
    value?.kind === "int"
      ? text(String(value.value))
      : firstUnknown([value ?? HARMLESS], node, "a number that is not known"),
  "strconv.Quote": ofTexts(quoted),
  "github.com/lib/pq.QuoteIdentifier": ofTexts(quotedIdentifier),
};
