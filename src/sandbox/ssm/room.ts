import { nullMember } from "../wire/mistake.ts";
import type { ServiceRoom } from "../wire/operation.ts";
import { parameterOperations } from "./parameters.ts";
import { sessionOperations } from "./sessions.ts";

export const ssmRoom: ServiceRoom = {
  scope: "ssm",
  name: "ssm",
  target: "AmazonSSM",
  jsonVersion: "1.1",
  wording: { missing: nullMember("ValidationException"), token: "InvalidNextToken" },
  operations: { ...parameterOperations, ...sessionOperations },
};
