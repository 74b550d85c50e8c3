import type { ServiceRoom } from "../wire/operation.ts";
import { parameterOperations } from "./operations.ts";

export const ssmRoom: ServiceRoom = {
  scope: "ssm",
  name: "ssm",
  target: "AmazonSSM",
  jsonVersion: "1.1",
  operations: parameterOperations,
};
