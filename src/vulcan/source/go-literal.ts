import type { StartingSql } from "./starting-sql.ts";

/** A migration to be written. */
export interface NewMigration {
  readonly version: number;
  readonly description: string;
  readonly sql: StartingSql;
}

/**
 * The literal in the form of Vulcan's documentation, formatted as gofmt does, with its comma. `before`: how its list
 * begins each element, as in `&Migration`; `indent`: of its first line.
 */
export function goLiteral({ version, description, sql }: NewMigration, indent = "\t", before = ""): string {
  const lines = [
    `${before}{`,
    `\tVersion:     ${version},`,
    `\tDescription: ${JSON.stringify(description)},`,
    ...step("Up", sql.up),
    ...step("Down", sql.down),
    "},",
  ];
  return lines.map((line) => `${indent}${line}\n`).join("");
}

const step = (name: string, sql: readonly string[]): readonly string[] => [
  `\t${name}: func(ctx context.Context, tx pgx.Tx) error {`,
  "\t\t_, err := tx.Exec(ctx, `",
  ...sql.map((line) => `\t\t\t${line}`),
  "\t\t`)",
  "\t\treturn err",
  "\t},",
];
