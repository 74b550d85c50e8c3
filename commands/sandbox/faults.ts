import { ask } from "../../src/app/sandbox/control-client.ts";
import type { Note } from "../../src/app/sandbox/pid-file.ts";
import { type Given, isSet, textOf } from "../../src/cli/options.ts";
import { writeAnswer } from "../../src/cli/output.ts";
import type { Context } from "../../src/cli/process-context.ts";
import { usageError } from "../../src/domain/error.ts";
import { EXIT, type ExitCode } from "../../src/domain/exit-codes.ts";

export const FAULT_FLAGS = {
  nth: { type: "string", describe: "fault: the first call that it strikes (default: the next)" },
  times: { type: "string", describe: "fault: how many calls it strikes, or always (default: 1)" },
  share: { type: "string", describe: "fault: strike this share of the calls, 0 to 1, drawn with the seed" },
  after: { type: "boolean", describe: "fault: the call takes effect and only its answer is lost" },
  ms: { type: "string", describe: "fault: how long it lasts, in ms" },
  bytes: { type: "string", describe: "fault: at which byte of an exec session's output" },
  code: { type: "string", describe: "fault refuse: the error code, as KMSKeyNotAccessibleFault" },
} as const;

/** As the sandbox's control port tells it. */
interface ArmedFault {
  readonly operation: string;
  readonly kind: string;
  readonly when: string;
  readonly nth?: number;
  readonly seen: number;
  readonly struck: number;
}

/** Arms one fault in the running sandbox, which says what is wrong with it. */
export async function armFault(note: Note | undefined, given: Given, context: Context): Promise<ExitCode> {
  if (note === undefined) {
    throw usageError("sandbox-absent", "no sandbox is running", ["vulcan-ops sandbox start"]);
  }
  const operation = textOf(given, "operation");
  const kind = textOf(given, "kind");
  if (operation === undefined || kind === undefined) {
    throw usageError("sandbox-fault", "vulcan-ops sandbox fault wants an operation (or *) and a kind", [
      "vulcan-ops sandbox faults",
    ]);
  }
  const numbers = ["nth", "times", "share", "ms", "bytes"].flatMap((name) => {
    const text = textOf(given, name);
    return text === undefined ? [] : [[name, text === "always" ? text : Number(text)]];
  });
  const code = textOf(given, "code");
  const when = isSet(given, "after") ? "after" : "before";
  const fault = { operation, kind, when, ...(code === undefined ? {} : { code }), ...Object.fromEntries(numbers) };
  await ask(note, "POST faults", fault);
  context.stdout.write(`${kind} is armed for ${operation}.\n`);
  return EXIT.done;
}

/** The kinds there are, and what has become of those that are armed in the running sandbox. */
export async function listFaults(note: Note | undefined, given: Given, context: Context): Promise<ExitCode> {
  const { faultKinds } = await import("../../src/sandbox/index.ts");
  const armed = note === undefined ? [] : ((await ask(note, "GET faults")) as readonly ArmedFault[]);
  const lines = faultKinds().map(({ name, summary }) => `${name.padEnd(20)}${summary}`);
  const state = armed.map((fault) => `${fault.kind.padEnd(20)}${describeFault(fault)}`);
  const heading = note === undefined ? "No sandbox is running." : "Armed in the running sandbox:";
  const text = () => `${[...lines, "", heading, ...state].join("\n")}\n`;
  writeAnswer(given, context, { data: { kinds: faultKinds(), armed }, text });
  return EXIT.done;
}

const describeFault = ({ operation, when, nth = 1, seen, struck }: ArmedFault): string =>
  `${operation}, ${when} its effect, from call ${nth}: seen ${seen}, struck ${struck}`;
