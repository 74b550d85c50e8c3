import type { RdsReads } from "../../domain/aws/reads.ts";
import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";

/** RDS: 1 to 63 letters, digits and hyphens, a letter first, no hyphen last and no two in a row; kept in lower case. [D] */
const FITS = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MOST_LETTERS = 63;

/** The new instance's name: the given one, else the source's with the moment (UTC). Throws if it is not possible. */
export async function newName(
  source: string,
  at: string,
  requested: string | undefined,
  rds: RdsReads,
): Promise<string> {
  const name = (requested ?? defaultName(source, at)).toLowerCase();
  if (!FITS.test(name) || name.length > MOST_LETTERS)
    throw usageError(
      "name-invalid",
      `${JSON.stringify(requested)} cannot name an instance: a letter, then letters, digits and single hyphens, at most ${MOST_LETTERS} in all`,
      [commandLine`vulcan-ops restore … --as ${defaultName(source, at)}`],
    );
  if ((await rds.instance(name)) === undefined) return name;
  throw usageError("name-taken", `there is an instance ${name} already; it was left alone`, [
    commandLine`vulcan-ops restore … --as ${name.slice(0, MOST_LETTERS - 2)}-2`,
    commandLine`aws rds describe-db-instances --db-instance-identifier ${name}`,
  ]);
}

const defaultName = (source: string, at: string): string => named(source, "restored", at);

/** The source's name after another instance has taken its name. The moment in it tells the instances apart. */
export const nameForOldInstance = (source: string, at: string): string => named(source, "until", at);

function named(source: string, word: string, at: string): string {
  const tail = `-${word}-${at.slice(0, 16).replace(/\D/g, "")}`;
  return `${source.slice(0, MOST_LETTERS - tail.length).replace(/-+$/, "")}${tail}`;
}
