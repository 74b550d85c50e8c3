import type { ServiceApi } from "../http/operation.ts";
import { nullMember } from "../http/request-error.ts";
import { balancerOperations } from "./balancers.ts";
import { listenerOperations } from "./listeners.ts";
import { tagOperations } from "./tags.ts";
import { targetGroupOperations } from "./target-groups.ts";

export const elbApi: ServiceApi = {
  scope: "elasticloadbalancing",
  name: "elbv2",
  queryVersion: "2015-12-01",
  xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  wording: { missing: nullMember("ValidationError"), malformed: "ValidationError", token: "ValidationError" },
  operations: { ...balancerOperations, ...targetGroupOperations, ...listenerOperations, ...tagOperations },
};
