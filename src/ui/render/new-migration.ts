import { commandLine } from "../../domain/command-line.ts";
import type { ExitCode } from "../../domain/exit-codes.ts";
import type { LintReport } from "../../domain/lint.ts";
import { rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint } from "../text/style.ts";
import { renderLint } from "./lint.ts";

interface WrittenMigration {
  readonly version: number;
  readonly description: string;
  readonly file: string;
  readonly line: number;
  readonly isOpen: boolean;
  readonly lint: LintReport | { readonly why: string };
}

/** What was written and where, then what lint says of it. */
export function renderNewMigration(written: WrittenMigration, exitCode: ExitCode, display: DisplayOptions): string {
  const { version, description, file, line, isOpen, lint } = written;
  const head = paint(`WRITTEN  migration ${version} “${description}”`, "strong", display);
  const next = isOpen
    ? [{ label: "Next", text: `write the change at ${file}:${line}, then:` }, lintAgain(file, version)]
    : [{ label: "Next", text: `complete it at ${file}:${line}, then:` }, lintAgain(file, version)];
  const rows = [{ label: "File", text: `${file}:${line}` }, ...next];
  const lines = rows.flatMap((row) => rowLines(row, display, 1));
  const judged =
    "why" in lint
      ? [...rowLines({ label: "Lint", text: `not run: ${lint.why}`, tone: "warn" }, display, 1), `exit ${exitCode}`]
      : ["", renderLint(lint, exitCode, display)];
  return [head, ...lines, ...judged].join("\n");
}

const lintAgain = (file: string, version: number) => ({
  label: "",
  text: commandLine`vulcan-ops lint ${file} --from ${version}`,
  kind: "command" as const,
});
