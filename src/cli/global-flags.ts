/** A flag that every command takes, anywhere on the line, and the environment variable that means the same. */
export interface GlobalFlag {
  readonly flag: string;
  readonly variable: string;
  readonly value: string;
  readonly describe: string;
}

export const GLOBAL_FLAGS: readonly GlobalFlag[] = [
  {
    flag: "quiet",
    variable: "VULCAN_OPS_QUIET",
    value: "1",
    describe: "Print the answer, questions and errors only",
  },
  { flag: "verbose", variable: "VULCAN_OPS_VERBOSE", value: "1", describe: "Print what is folded by default" },
  { flag: "no-color", variable: "NO_COLOR", value: "1", describe: "Print without colour" },
  {
    flag: "no-input",
    variable: "VULCAN_OPS_NO_INPUT",
    value: "1",
    describe: "Ask no question: flags answer, or exit 6",
  },
  {
    flag: "plain",
    variable: "VULCAN_OPS_PLAIN",
    value: "1",
    describe: "For screen readers: no redraw, no spinner, no bars, menus by number",
  },
  { flag: "utc", variable: "VULCAN_OPS_TIME", value: "utc", describe: "Print times in UTC only" },
];

/** argv without the global flags, those flags, and the variables that they set. Words after `--` are no flags. */
export function takeGlobalFlags(argv: readonly string[]): {
  readonly argv: readonly string[];
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const flagAt = (index: number): GlobalFlag | undefined =>
    index < end ? GLOBAL_FLAGS.find(({ flag }) => argv[index] === `--${flag}`) : undefined;
  const taken = argv.flatMap((_, index) => flagAt(index) ?? []);
  return {
    argv: argv.filter((_, index) => flagAt(index) === undefined),
    flags: taken.map(({ flag }) => flag),
    env: Object.fromEntries(taken.map(({ variable, value }) => [variable, value])),
  };
}

const isOn = (value: string | undefined): boolean => value !== undefined && !["", "0", "false"].includes(value);

type Variables = Readonly<Record<string, string | undefined>>;

/** Whether a terminal is not to be asked, although there is one. */
export const refusesInput = (env: Variables): boolean => isOn(env.VULCAN_OPS_NO_INPUT);
