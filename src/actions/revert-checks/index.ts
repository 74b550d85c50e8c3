import { alarms } from "./alarms.ts";
import { breaker } from "./breaker.ts";
import type { RevertCheck } from "./check.ts";
import { database } from "./database.ts";
import { images } from "./images.ts";
import { notRestored } from "./not-restored.ts";
import { otherWriters } from "./other-writers.ts";
import { ports } from "./ports.ts";
import { protection } from "./protection.ts";
import { roles } from "./roles.ts";
import { room } from "./room.ts";
import { scaling } from "./scaling.ts";
import { schema } from "./schema.ts";
import { secrets } from "./secrets.ts";

/** Everything that is looked at before a revert, by name, in the order in which it is told. */
export const CHECKS: Readonly<Record<string, RevertCheck>> = {
  images,
  secrets,
  ports,
  room,
  schema,
  database,
  roles,
  breaker,
  scaling,
  protection,
  alarms,
  otherWriters,
  notRestored,
};
