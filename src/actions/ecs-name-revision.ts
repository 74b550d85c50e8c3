import { defineAction } from "../domain/action.ts";
import { guardError } from "../domain/error.ts";
import type { World } from "./world.ts";

const inputs = {
  registered: { type: "taskDefinition", required: false, description: "The revision that was found." },
  made: { type: "taskDefinition", required: false, description: "The revision that was made; it goes first." },
} as const;

/** One name for a revision that one of two steps has given: what follows need not know which. */
export const nameRevision = defineAction<World, typeof inputs, null>({
  name: "ecs.nameRevision",
  summary: "Name the revision that an earlier step has found or made.",
  risk: "read",
  inputs,
  outputs: { taskDefinition: { type: "taskDefinition", description: "that revision" } },
  observe: async () => ({ kind: "observed", value: null }),
  plan({ registered, made }) {
    const taskDefinition = made ?? registered;
    if (taskDefinition === undefined) throw guardError("revision-missing", "no earlier step has named a revision");
    return { summary: taskDefinition, changes: [], findings: [], outputs: { taskDefinition } };
  },
});
