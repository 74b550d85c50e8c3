import { makeReport } from "../src/app/report/make-report.ts";
import { defineCommand } from "../src/cli/command.ts";
import { STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { writeNewFile } from "../src/cli/write-new-file.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { AUDIENCES, type ReportDocument } from "../src/domain/report/document.ts";
import { jsonText } from "../src/ui/text/json-text.ts";

const FORMATS = ["md", "html", "json"] as const;

export const report = defineCommand({
  name: "report",
  describe: "Report an execution, or a span of time, for a ticket or a review; reads only",
  options: {
    id: {
      type: "string",
      positional: "optional",
      value: "ID",
      describe: "Execution: its id, the beginning of it, or last (else: --from)",
    },
    from: { type: "string", value: "TIME", describe: "All of the target since: 2026-04-10T03:00:00Z, or -3h" },
    to: { type: "string", value: "TIME", describe: "Until then (default: now)" },
    format: { type: "string", choices: FORMATS, describe: "Form of the report (default: md)" },
    for: {
      type: "string",
      choices: AUDIENCES,
      describe: "Readers (default: internal); external: no people, accounts, addresses, ids of AWS",
    },
    zone: {
      type: "string",
      value: "NAME",
      describe: "IANA zone beside UTC (default: the target's, else this machine's)",
    },
    offline: { type: "boolean", describe: "From the journals alone: ask AWS nothing" },
    out: { type: "string", alias: "o", value: "FILE", describe: "Write it to this new file" },
    force: { type: "boolean", describe: "With -o: replace a file that is there" },
    ...TARGET_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [
    ["vulcan-ops report last", "Markdown, to paste into the ticket"],
    ["vulcan-ops report last --format html -o report.html", "one page to send or print"],
    ["vulcan-ops report --from -3h --for external", "all of the last three hours, for readers outside"],
  ],
  async run(options, context) {
    const { for: audience = "internal", format = "md", out } = options;
    const { report: made, problem } = await makeReport({ ...options, audience }, context);
    const text = await textOf(made, format);
    if (out === undefined) context.stdout.write(text);
    else writeNewFile(out, text, options.force);
    for (const { what, why } of made.unread) context.note(`Not read: ${what}: ${why}.`);
    if (out !== undefined) context.note(commandLine`Written: ${out}`);
    if (problem !== undefined) throw problem;
    return EXIT.done;
  },
});

async function textOf(made: ReportDocument, format: (typeof FORMATS)[number]): Promise<string> {
  if (format === "json") return `${jsonText(made, 2)}\n`;
  if (format === "html") return (await import("../src/ui/render/report/html.ts")).reportHtml(made);
  return (await import("../src/ui/render/report/markdown.ts")).reportMarkdown(made);
}
