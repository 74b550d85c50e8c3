import { openTarget } from "../src/app/open-target.ts";
import { readTargetReconnects } from "../src/app/reconnects/read-reconnects.ts";
import { defineCommand } from "../src/cli/command.ts";
import { assertTextOutput, printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions, displayOptions } from "../src/cli/process-context.ts";
import { DATABASE_OPTIONS, OUTPUT_OPTIONS, STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { EXIT, stopCode } from "../src/domain/exit-codes.ts";
import type { ProbeVerdict } from "../src/domain/reconnects/judge.ts";
import { type ReconnectReport, verdictOf } from "../src/domain/reconnects/report.ts";
import { reconnectData } from "../src/domain/reconnects/report-json.ts";
import { PROBE_TEMPLATES } from "../src/domain/reconnects/templates.ts";
import { asTyped } from "../src/domain/typed-options.ts";
import { reconnectLine, renderReconnects } from "../src/ui/render/reconnects.ts";

export const RECONNECT_CODES = {
  BACK: EXIT.done,
  LOST: EXIT.worse,
  "NOT YET": EXIT.inconclusive,
  "CANNOT BE SEEN": EXIT.inconclusive,
} as const satisfies Readonly<Record<ProbeVerdict, number>>;

const NEXT: Readonly<Record<ProbeVerdict, readonly string[]>> = {
  BACK: [],
  LOST: ["vulcan-ops logs"],
  "NOT YET": ["vulcan-ops reconnects --follow"],
  "CANNOT BE SEEN": ["vulcan-ops reconnects --template"],
};

export const reconnects = defineCommand({
  name: "reconnects",
  describe: "Check that clients have reconnected since the last deployment; reads only",
  options: {
    follow: { type: "boolean", alias: "f", describe: "Wait until every probe is judged, or until Ctrl-C" },
    template: { type: "boolean", describe: "Print probes for your own vulcan-ops.yaml, and stop" },
    ...DATABASE_OPTIONS,
    ...TARGET_OPTIONS,
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [
    ["vulcan-ops reconnects --follow && echo back", "exit 0 BACK, 8 LOST, 10 not yet or not to be seen"],
    ["vulcan-ops reconnects --template", "probes for the documented components"],
  ],
  async run(options, context) {
    if (options.template) {
      assertTextOutput(options, "--template");
      context.stdout.write(PROBE_TEMPLATES);
      return EXIT.done;
    }
    const { stop, stderr } = context;
    const open = await openTarget(options, context);
    const shape = displayOptions(context);
    let said = "";
    const tell = (report: ReconnectReport): void => {
      const line = reconnectLine(report, shape);
      const news = line.replace(/^\S+ +/, "");
      if (options.follow && shape.quiet !== true && news !== said) stderr.write(`${line}\n`);
      said = news;
    };
    const { report, ...where } = await readTargetReconnects(open, { follow: options.follow, stop }, tell);
    const verdict = verdictOf(report);
    const next = NEXT[verdict].map((line) => asTyped(line, context.typed ?? {}));
    const text = () => renderReconnects(report, where, next, answerDisplayOptions(context));
    printAnswer(options, context, { data: { ...reconnectData(report, where), next }, text });
    return verdict === "NOT YET" && stop.aborted ? stopCode(stop) : RECONNECT_CODES[verdict];
  },
});
