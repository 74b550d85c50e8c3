import { createHash } from "node:crypto";
import type { ReportDocument } from "../../../domain/report/document.ts";
import type { Block, Section } from "../sections.ts";
import { escaped } from "./escape.ts";
import { type Mark, plotSvg } from "./plot.ts";
import { reportSections } from "./sections.ts";
import { STYLE } from "./style.ts";

const hash = createHash("sha256").update(STYLE).digest("base64");

/** Nothing is loaded, nothing runs, nothing is sent; one style, by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;

/** The report as one HTML file: no request, for screen and print, light and dark. Ends with a line feed. */
export function reportHtml(report: ReportDocument): string {
  const marks = marksOf(report);
  const sections = reportSections(report).map((section) => sectionHtml(section, marks));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(report.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(report.title)}</h1>
${sections.join("\n")}
</main>
</body>
</html>
`;
}

function sectionHtml({ title, blocks }: Section, marks: readonly Mark[]): string {
  const isSummary = title === "Summary";
  const parts = blocks.map((block) => blockHtml(block, marks, isSummary));
  return `<section>\n<h2>${escaped(title)}</h2>\n${parts.join("\n")}\n</section>`;
}

function blockHtml(block: Block, marks: readonly Mark[], isSummary: boolean): string {
  switch (block.kind) {
    case "text":
      return `<p${isSummary ? ' class="outcome"' : ""}>${escaped(block.text)}</p>`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${escaped(item)}</li>`).join("\n")}\n</ul>`;
    case "table":
      return tableHtml(block.columns, block.rows);
    case "commands":
      return block.lines.map((line) => `<pre>${escaped(line)}</pre>`).join("\n");
    case "plot":
      return `<figure>\n${plotSvg(block.series, block.text, marks)}\n<figcaption>${escaped(block.text)}</figcaption>\n</figure>`;
  }
}

/** Moments, which are not broken into two lines. */
const MOMENT = /^(\d{4}-\d\d-\d\d|\d{1,2} [A-Z][a-z]{2}) \d\d:\d\d:\d\d(Z| \S+)$/;

/** Words of this length are not broken on a wide screen. */
const SHORT = 34;

const kindOf = (text: string): string =>
  MOMENT.test(text) ? ' class="time"' : text.length <= SHORT ? ' class="short"' : "";

/** On a narrow screen each cell names its column. */
function tableHtml(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join("");
  const cellOf = (text: string, index: number): string => {
    const column = columns[index] ?? "";
    return `<td${kindOf(text)} data-label="${escaped(column)}">${escaped(text)}</td>`;
  };
  const body = rows.map((cells) => `<tr>${cells.map(cellOf).join("")}</tr>`).join("\n");
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

/** Where an execution began to change something, and where it ended. */
function marksOf({ executions }: ReportDocument): readonly Mark[] {
  return executions.flatMap(({ requests, lastAt }) => {
    const [first] = requests;
    if (first === undefined) return [];
    return [
      { at: Date.parse(first.at), word: "first request" },
      { at: Date.parse(lastAt), word: "end" },
    ];
  });
}
