import type { OpsError } from "../../../src/domain/error.ts";
import {
  type MigrationsSource,
  readMigrations,
  type SourceBody,
} from "../../../src/vulcan/source/parse-migrations-go.ts";

export const PATH = "internal/storage/postgres/migrations.go";

/** A file with the documented type, and whatever a case needs beside it. */
export const goFile = (rest: string): string => `package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

type Migration struct {
	Version     int
	Description string
	Up, Down    func(ctx context.Context, tx pgx.Tx) error
}

${rest}
`;

export const goFunc = (body: string): string => `func(ctx context.Context, tx pgx.Tx) error { ${body} }`;

export const goList = (down: string, rest = ""): string =>
  goFile(
    `var migrations = []Migration{\n\t{Version: 6, Description: "Add a", Up: ${goFunc("return nil")}, Down: ${down}},\n}\n${rest}`,
  );

/** The file with this body in its only Down. */
export const goBody = (body: string, rest = ""): string => goList(goFunc(body), rest);

export const readGo = (text: string): MigrationsSource => readMigrations([{ path: PATH, text }], PATH);

export function downOf(text: string, version = 6): SourceBody {
  const found = readGo(text).migrations.find((one) => one.version === version);
  if (found === undefined) throw new Error(`no migration ${version}`);
  return found.down;
}

/** As one word or the texts: what a Down is read as. */
export function readingOf({ sql, unknown, isMissing }: SourceBody): readonly string[] | "unknown" | "no Down" {
  if (isMissing) return "no Down";
  return unknown.length > 0 ? "unknown" : sql;
}

export function refusalOf(text: string): OpsError {
  try {
    readGo(text);
  } catch (error) {
    return error as OpsError;
  }
  throw new Error("it was read");
}
