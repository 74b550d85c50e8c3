import { runningSandbox, sandboxLog, serveSandbox, startSandbox } from "../../src/app/sandbox/daemon.ts";
import { shellCliNote } from "../../src/app/sandbox/shell-cli.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { displayOptions, type ProcessContext } from "../../src/cli/process-context.ts";
import { STATE_OPTIONS, WORLD_OPTIONS } from "../../src/cli/shared-options.ts";
import { AWS_SERVICES, endpointVariable } from "../../src/domain/aws/endpoints.ts";
import { EXIT, stopCode } from "../../src/domain/exit-codes.ts";
import { directToThisMachine } from "../../src/domain/network.ts";
import { rowLines } from "../../src/ui/text/layout.ts";

export const sandboxStart = defineCommand({
  name: "sandbox start",
  describe: "Start a sandbox that stays, and print the variables that point a shell at it",
  options: {
    ...WORLD_OPTIONS,
    port: { type: "string", value: "PORT", describe: "Port of the AWS endpoint on 127.0.0.1 (default: a free one)" },
    foreground: { type: "boolean", describe: "Stay in this terminal until Ctrl-C" },
    ...STATE_OPTIONS,
  },
  examples: [
    ['eval "$(vulcan-ops sandbox start)" && vulcan-ops', "start one, point this shell at it and look; not if it fails"],
    ["vulcan-ops sandbox start --timing dbCreating=1800", "let restores take half an hour (virtual time)"],
  ],
  async run(options, context) {
    const log = await sandboxLog(options, context);
    if (options.foreground && (await runningSandbox(options, context)) === undefined) {
      await serveSandbox(options, context, (sandbox) => {
        if (context.stdout.isTTY === true) printExports(sandbox, log, context);
      });
      return EXIT.done;
    }
    const sandbox = await startSandbox(options, context, () =>
      context.stderr.write("Starting a sandbox on this machine: about 10 s …\n"),
    );
    if (sandbox === undefined) return stopCode(context.stop);
    printExports(sandbox, log, context);
    const cli = await shellCliNote(context.env);
    if (cli !== undefined) context.stderr.write(`${cli}\n`);
    return EXIT.done;
  },
});

type RunningSandbox = NonNullable<Awaited<ReturnType<typeof startSandbox>>>;

/** Prints code that a shell can evaluate to stdout, and everything else to stderr. */
function printExports(note: RunningSandbox, log: string, context: ProcessContext): void {
  const lines = Object.entries({ ...note.env, ...directToThisMachine(context.env) }).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  );
  context.stdout.write(`${[`unset ${REAL_SETTINGS}`, ...lines].join("\n")}\n`);
  const rows = [
    { label: "AWS", text: note.endpoint },
    { label: "Balancer", text: note.loadBalancer },
    { label: "Log", text: log },
    ...next(context).map((text, index) => ({ label: index === 0 ? "Next" : "", text, kind: "command" as const })),
  ];
  const display = displayOptions(context);
  context.stderr.write(
    `${[`Sandbox ${note.scenario} is running (pid ${note.pid}).`, ...rows.flatMap((row) => rowLines(row, display, 1))].join("\n")}\n`,
  );
}

/** On a terminal the lines were printed and not evaluated: the shell does not point there yet. */
const next = ({ stdout }: ProcessContext): readonly string[] =>
  stdout.isTTY === true ? ['eval "$(vulcan-ops sandbox start)"'] : ["vulcan-ops", 'eval "$(vulcan-ops sandbox stop)"'];

/** The operator's settings that would send real credentials to the sandbox, or requests past it. */
const REAL_SETTINGS = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "VULCAN_OPS_TARGET",
]
  .concat(AWS_SERVICES.map(endpointVariable))
  .join(" ");
