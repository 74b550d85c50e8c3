import { AwsError } from "../http/aws-error.ts";
import { type Input, required } from "../http/input.ts";
import type { World } from "../world.ts";
import { invalid } from "./invalid.ts";
import type { Table } from "./table.ts";

const NAME = /^[a-zA-Z0-9_.-]+$/;

/** A table's name, or its ARN. [D; texts O] */
export function tableName(input: Input): string {
  const name = required(input, "TableName").replace(/^arn:aws[\w-]*:dynamodb:[\w-]+:\d{12}:table\//, "");
  if (!NAME.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
    );
  if (name.length < 3 || name.length > 255)
    throw invalid("TableName must be at least 3 characters long and at most 255 characters long");
  return name;
}

/** For calls about items: only a table that is ready has any. */
export function activeTable(world: World, input: Input): Table {
  const table = world.tables.get(tableName(input));
  if (table?.status === "ACTIVE") return table;
  throw new AwsError("ResourceNotFoundException", "Requested resource not found");
}

/** For calls about the table itself. */
export function findTable(world: World, input: Input): Table {
  const name = tableName(input);
  const table = world.tables.get(name);
  if (table !== undefined) return table;
  throw new AwsError("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
}
