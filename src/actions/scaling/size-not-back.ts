import type { Fields, Values } from "../../domain/field.ts";
import type { ActionReadContext } from "../../domain/services.ts";

/** What a restoring step has to know before auto scaling may resume. */
export const sizeFields = {
  size: { type: "integer", minimum: 0, required: false, description: "How many tasks the service had before the run." },
  shrunk: {
    type: "integer",
    minimum: 0,
    required: false,
    description: "How many the run set it to. While it is set to that and had more, auto scaling stays suspended.",
  },
} as const satisfies Fields;

/**
 * Why auto scaling must not resume yet; undefined if it may. Over the few tasks of a run it would see their load and add
 * more than there were.
 */
export async function sizeNotBack(
  { size, shrunk }: Values<typeof sizeFields>,
  { services, target }: ActionReadContext,
): Promise<string | undefined> {
  if (size === undefined || shrunk === undefined || size <= shrunk) return undefined;
  const { name, desired } = await services.aws.ecs.service(target.cluster, target.service);
  if (desired !== shrunk) return undefined;
  return `${name} is still set to ${desired} of ${size} tasks: auto scaling would act on the load of so few`;
}
