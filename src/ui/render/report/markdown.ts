import type { ReportDocument } from "../../../domain/report/document.ts";
import { markdownOf } from "../markdown.ts";
import { reportSections } from "./sections.ts";

/** The report as Markdown, for a ticket. Ends with a line feed. */
export const reportMarkdown = (report: ReportDocument): string => markdownOf(report.title, reportSections(report));
