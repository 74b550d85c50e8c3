import type { ServiceApi } from "../http/operation.ts";
import { nullMember } from "../http/request-error.ts";
import { calendarOperations } from "./calendars.ts";
import { parameterOperations } from "./parameters.ts";
import { sessionOperations } from "./sessions.ts";
import { tagOperations } from "./tags.ts";

export const ssmApi: ServiceApi = {
  scope: "ssm",
  name: "ssm",
  target: "AmazonSSM",
  jsonVersion: "1.1",
  wording: { missing: nullMember("ValidationException"), token: "InvalidNextToken" },
  operations: { ...parameterOperations, ...calendarOperations, ...sessionOperations, ...tagOperations },
};
