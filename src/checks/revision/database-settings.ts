import { isDatabaseSetting, type Setting, type TaskDefinition } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { currentOf, type RollbackCheck } from "../rollback-subject.ts";

export const database: RollbackCheck = {
  id: "database",
  question: "whether that revision uses the same database",
  run: async (subject) => judgeDatabase(await currentOf(subject), subject.wanted),
};

/** Where one variable of one container gets its value: a secret's ARN, or a value that stays hidden. */
type Source = Pick<Setting, "fingerprint" | "place"> | { readonly secret: string };

/** A revert across a database move sends writes to a database that is no longer in use. */
export function judgeDatabase(current: TaskDefinition, wanted: TaskDefinition): Finding[] {
  const [is, was] = [sources(current), sources(wanted)];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  const found = names.flatMap((name) => judgeVariable(wanted.name, name, is.get(name), was.get(name)));
  return found.length > 0 ? found : [ok("database-same", `the same database settings as ${current.name}`)];
}

function judgeVariable(revision: string, name: string, is: Source | undefined, was: Source | undefined): Finding[] {
  const [before, after] = [is, was].map(identity);
  if (before === after) return [];
  const [from, to] = [is, was].map(describeSource);
  const hasMoved = from !== to && is !== undefined && was !== undefined;
  return hasMoved
    ? [warn("database-differs", `${revision} points at another database: ${name} is ${to} instead of ${from}`)]
    : [
        warn(
          "database-setting-differs",
          `${revision} has another database setting: ${name} is ${to}${to === from ? ", its hidden value another" : ` instead of ${from}`}`,
        ),
      ];
}

function sources({ containers }: TaskDefinition): Map<string, Source> {
  const found = containers.flatMap(({ name, environment, secrets }) => [
    ...environment.map((setting) => [`${setting.name} of ${name}`, setting.name, setting as Source] as const),
    ...secrets.map((secret) => [`${secret.name} of ${name}`, secret.name, { secret: secret.from }] as const),
  ]);
  return new Map(found.filter(([, name]) => isDatabaseSetting(name)).map(([key, , source]) => [key, source]));
}

function identity(source: Source | undefined): string {
  if (source === undefined) return "";
  return "secret" in source ? source.secret : source.fingerprint;
}

/** Host and database name, or the ARN; never a value. */
function describeSource(source: Source | undefined): string {
  if (source === undefined) return "not set";
  return "secret" in source ? `secret ${source.secret}` : (source.place ?? "set");
}
