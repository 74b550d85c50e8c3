import { Ajv2020 } from "ajv/dist/2020.js";
import { COMMANDS } from "../../commands/index.ts";
import { parse } from "../../src/cli/parse-argv.ts";
import type { Json } from "../../src/domain/json.ts";
import { OUTPUTS, outputOf, outputSchema } from "../../src/ui/schema/outputs.ts";

/** `compileAll` looks at the schemas themselves. */
const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });

type Validate = ReturnType<typeof ajv.compile>;
type Mode = "json" | "line";
const compiled = new Map<string, Validate>();

/** What is published names every member of these: a new one is not forgotten there. */
const COMPLETE: ReadonlySet<string> = new Set([
  "status",
  "logs",
  "plan",
  "dry-run",
  "execution",
  "upgrade-follow",
  "lint",
  "migrate-prove",
  "report",
]);

/** The same schema without room for members that it does not name; an event of a journal has room. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== "object" || "allOf" in schema) return schema;
  const members = Object.entries(schema).map(([name, value]) => [name, closed(value as Json)] as const);
  return {
    ...Object.fromEntries(members),
    ...("properties" in schema && !("additionalProperties" in schema) && { additionalProperties: false }),
  } as Json;
}

function validator(name: string, mode: Mode): Validate {
  const known = compiled.get(`${name} ${mode}`);
  if (known !== undefined) return known;
  const published = outputSchema(name) as Json;
  const schema = (COMPLETE.has(name) ? closed(published) : published) as Record<string, Json> & {
    $defs: { line: object };
  };
  const made = ajv.compile(mode === "json" ? schema : schema.$defs.line);
  compiled.set(`${name} ${mode}`, made);
  return made;
}

/** Every published schema is one of draft 2020-12. */
export const compileAll = (): void => {
  const strict = new Ajv2020({ strict: false });
  for (const name of Object.keys(OUTPUTS)) strict.compile(outputSchema(name) as object);
};

/** Why a value does not fit the document of that output; empty where it does. */
export function misfitsOf(name: string, value: unknown): readonly string[] {
  const fits = validator(name, "json");
  return fits(value)
    ? []
    : (fits.errors ?? []).map(({ instancePath, message }) => `${name} ${instancePath}: ${message}`);
}

/** What the output of a command line has that its schema does not allow; nothing where it is no data. */
export async function misfits(argv: readonly string[], stdout: string): Promise<readonly string[]> {
  const at = argv.findIndex((word) => /^--(output|format)(=|$)/.test(word));
  const mode = argv[at]?.split("=")[1] ?? argv[at + 1] ?? "";
  if (at === -1 || !["json", "ndjson"].includes(mode) || stdout.trim() === "") return [];
  const request = await parse(argv, COMMANDS).catch(() => undefined);
  const name =
    request?.command === undefined
      ? "error"
      : outputOf(
          request.command.name,
          request.options.dryRun !== undefined,
          request.command.name === "upgrade" && request.options.follow === true,
        );
  if (name === undefined) return [`no schema for ${argv.join(" ")}`];
  const misfitOf = (one: Mode, text: string): readonly string[] => {
    const value = JSON.parse(text) as unknown;
    const fits = validator(name, one);
    if (fits(value) || validator("error", "json")(value)) return [];
    return (fits.errors ?? []).map(({ instancePath, message }) => `${name} ${mode} ${instancePath}: ${message}`);
  };
  if (mode === "json") return misfitOf("json", stdout);
  return stdout
    .trimEnd()
    .split("\n")
    .flatMap((one) => misfitOf("line", one));
}
