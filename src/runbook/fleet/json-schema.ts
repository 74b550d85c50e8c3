import type { JsonObject } from "../../domain/json.ts";
import { recordSchema } from "../json-schema.ts";
import { FLEET } from "./shape.ts";

/** The JSON Schema (draft 2020-12) of fleet files, for editors. It comes from the shape that the checker reads. */
export const fleetJsonSchema = (): JsonObject => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "A fleet of vulcan-ops",
  ...recordSchema(FLEET, {}),
});
