import type { LintRule } from "../../domain/lint.ts";

type Severity = LintRule["severity"];

/** A rule whose name the compiler knows. */
export const rule = <const Name extends string>(
  severity: Severity,
  name: Name,
  title: string,
  why: string,
  fix: string,
): LintRule & { readonly name: Name } => ({ name, severity, title, why, fix });
