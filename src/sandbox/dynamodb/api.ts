import { reading, type ServiceApi } from "../http/operation.ts";
import { nullMember } from "../http/request-error.ts";
import { itemOperations } from "./items.ts";
import { query } from "./query.ts";
import { tableOperations } from "./tables.ts";

const OF_DYNAMODB = "com.amazonaws.dynamodb.v20120810#";

/** AWS's own layer writes the errors that all services have. [O: answers of DynamoDB] */
const OF_THE_LAYER: Readonly<Record<string, string>> = {
  ValidationException: "com.amazon.coral.validate#",
  SerializationException: "com.amazon.coral.service#",
  AccessDeniedException: "com.amazon.coral.service#",
  UnrecognizedClientException: "com.amazon.coral.service#",
  ExpiredTokenException: "com.amazon.coral.service#",
  ThrottlingException: "com.amazon.coral.availability#",
};

export const dynamodbApi: ServiceApi = {
  scope: "dynamodb",
  name: "dynamodb",
  target: "DynamoDB_20120810",
  jsonVersion: "1.0",
  errorType: (code) => `${OF_THE_LAYER[code] ?? OF_DYNAMODB}${code}`,
  hasChecksum: true,
  wording: { missing: nullMember("ValidationException"), malformed: "ValidationException" },
  operations: { ...tableOperations, ...itemOperations, Query: reading(query) },
};
