import type { JsonObject } from "../domain/json.ts";
import { DATA_TABLES_SCHEMA } from "./data-tables.ts";
import { NOTICES_SCHEMA } from "./notices.ts";
import { TARGET_NAME } from "./parse.ts";
import { PIPELINE_SCHEMA } from "./pipeline.ts";
import { PROBES_SCHEMA } from "./reconnects-schema.ts";
import { type Setting, TARGET_SETTINGS } from "./schema.ts";

/**
 * The JSON Schema (draft 2020-12) of `vulcan-ops.yaml`, for editors. It comes from the record that the checker reads. An
 * editor does not know in which file it is: a setting that belongs to one's own file says so in its description.
 */
export function configurationSchema(): JsonObject {
  const settings = Object.entries<Setting>(TARGET_SETTINGS).map(([name, setting]) => [name, schemaOf(setting)]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A configuration of vulcan-ops",
    type: "object",
    additionalProperties: false,
    required: ["schemaVersion"],
    properties: {
      schemaVersion: { const: "1", description: "The version of this form, in quotes." },
      defaultTarget: { type: "string", pattern: TARGET_NAME.source, description: "The target without --target." },
      journal: { ...schemaOf(TARGET_SETTINGS.journal), description: JOURNAL },
      targets: {
        type: "object",
        description: "Environments by name.",
        propertyNames: { pattern: TARGET_NAME.source },
        additionalProperties: {
          type: "object",
          additionalProperties: false,
          properties: Object.fromEntries(settings),
        },
      },
    },
  };
}

const JOURNAL = `Of each target without a journal of its own: ${TARGET_SETTINGS.journal.description}.`;

const SHAPES: Readonly<Record<Setting["type"], JsonObject>> = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  pipeline: PIPELINE_SCHEMA,
  probes: PROBES_SCHEMA,
  tables: DATA_TABLES_SCHEMA,
  notices: NOTICES_SCHEMA,
};

function schemaOf({ type, description, pattern, default: value }: Setting): JsonObject {
  return {
    description,
    ...SHAPES[type],
    ...(pattern && { pattern: pattern.source }),
    ...(value !== undefined && { default: value }),
  };
}
