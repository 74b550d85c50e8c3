/** How text may look on one stream; decided once, when the process starts. */
export interface DisplayOptions {
  readonly columns: number;
  readonly colour: boolean;
  readonly unicode: boolean;
  /** The cursor may be moved: a live view and redrawn prompts are possible. */
  readonly live: boolean;
  /** For screen readers: figures and words in place of bars and charts. */
  readonly plain?: boolean;
  /** Print what is folded by default. */
  readonly verbose?: boolean;
  /** Print the answer, questions and errors only: no plan, no progress. */
  readonly quiet?: boolean;
  /** The zone that moments are also shown in, by TZ; absent: the machine's own. */
  readonly zone?: string;
  /** Show moments in UTC only. */
  readonly utcOnly?: boolean;
}

/** What the decision needs to know about a stream. */
export interface StreamFacts {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_COLUMNS = 80;
/** Below this width no readable layout is possible; the terminal wraps instead. */
const LEAST_COLUMNS = 40;

/** Decides from the stream and the environment: NO_COLOR, FORCE_COLOR, TERM, CI, the locale, and our own variables. */
export function displayOptionsOf(stream: StreamFacts, env: Environment): DisplayOptions {
  const isTerminal = stream.isTTY === true;
  const isDumb = env.TERM === "dumb";
  const isPlain = isOn(env.VULCAN_OPS_PLAIN);
  return {
    columns: Math.max(LEAST_COLUMNS, stream.columns || DEFAULT_COLUMNS),
    colour: !isDumb && wantsColour(env, isTerminal),
    unicode: !isDumb && supportsUnicode(env),
    live: isTerminal && !isDumb && !isSet(env.CI) && !isPlain,
    ...(isPlain && { plain: true }),
    ...(isOn(env.VULCAN_OPS_VERBOSE) && { verbose: true }),
    ...(isOn(env.VULCAN_OPS_QUIET) && { quiet: true }),
    ...(env.VULCAN_OPS_TIME === "utc" && { utcOnly: true }),
    ...(isSet(env.TZ) && { zone: env.TZ }),
  };
}

function wantsColour(env: Environment, isTerminal: boolean): boolean {
  if (isSet(env.NO_COLOR)) return false;
  if (env.FORCE_COLOR !== undefined) return !["0", "false"].includes(env.FORCE_COLOR);
  return isTerminal;
}

/** Only a locale that names another character set rules it out: containers often have no locale, and use UTF-8. */
function supportsUnicode(env: Environment): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet);
  return env.TERM !== "linux" && (locale === undefined || /utf-?8/i.test(locale));
}

const isOn = (value: string | undefined): boolean => isSet(value) && value !== "0" && value !== "false";

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

/** Colour only emphasises what the words already say; it never carries a meaning alone. */
export type Tone = "good" | "bad" | "warn" | "quiet" | "strong" | "loud" | "plain";

const SGR: Readonly<Record<Tone, readonly [string, string]>> = {
  good: ["32", "39"],
  bad: ["1;31", "22;39"],
  warn: ["33", "39"],
  quiet: ["2", "22"],
  strong: ["1", "22"],
  loud: ["1;7;31", "22;27;39"],
  plain: ["", ""],
};

/** Colours one line; the codes do not count as width. */
export function paint(text: string, tone: Tone, display: DisplayOptions): string {
  const [on, off] = SGR[tone];
  return display.colour && on !== "" && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

const ASCII: Readonly<Record<string, string>> = {
  "→": "->",
  "←": "<-",
  "—": "-",
  "–": "-",
  "…": "...",
  "·": "-",
  "×": "x",
  "≥": ">=",
  "≤": "<=",
  "“": '"',
  "”": '"',
  "‘": "'",
  "’": "'",
  "✓": "+",
  "✗": "x",
  "█": "#",
  "░": ".",
};

/** Replaces our own punctuation if the terminal may not show it; names stay as they are. */
export function toAscii(text: string, display: DisplayOptions): string {
  return display.unicode ? text : text.replace(/[→←—–…·×≥≤“”‘’✓✗█░]/g, (char) => ASCII[char] ?? char);
}

/** A word of state, with its glyph if the terminal shows one. */
export function mark(glyph: string, word: string, display: DisplayOptions): string {
  return display.unicode && glyph !== "" ? `${glyph} ${word}` : word;
}
