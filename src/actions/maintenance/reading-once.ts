import { readOnce } from "../../domain/aws/read-once.ts";
import type { ActionReadContext } from "../../domain/services.ts";

/** The same context, over reads that are each made once: many parts of a preflight need the same fact. */
export const readingOnce = (context: ActionReadContext): ActionReadContext => ({
  ...context,
  services: { ...context.services, aws: readOnce(context.services.aws) },
});
