import { createClients } from "../../../src/aws/client/clients.ts";
import { createSharedLock } from "../../../src/aws/ssm/parameter-lock.ts";
import type { SharedHolder } from "../../../src/domain/lock.ts";
import { TARGET } from "../sandbox-harness.ts";

/** The lock that operators on other machines see. */
export const shared = () => createSharedLock(createClients({ region: "eu-west-1" }, 1), TARGET);

/** Another operator, on another machine. */
export const BOB: SharedHolder = {
  execution: "b7k2mq",
  command: "maintenance",
  operator: "bob",
  host: "elsewhere",
  since: "2026-04-10T03:41:07.000Z",
};
