import { familyOf, revisionOf, type Service } from "../../domain/aws/ecs.ts";
import { namedRevision } from "../../domain/aws/named-revision.ts";
import { usageError } from "../../domain/error.ts";
import type { Fields, Values } from "../../domain/field.ts";
import type { ActionReadContext } from "../../domain/services.ts";

/** The operator's options for a window. */
export const maintenanceInputFields = {
  to: {
    type: "revision",
    required: false,
    description: "The registered revision to bring; left out, the newest one.",
  },
  image: {
    type: "string",
    required: false,
    description: "Image to deploy, in a copy of the revision.",
  },
  opens: { type: "time", required: false, description: "When the window begins. Default is now." },
  closes: {
    type: "time",
    required: false,
    description: "When the window ends. Default is 2 hours after its beginning.",
  },
  expect: { type: "duration", required: false, description: "Duration of the migrations, by the release notes." },
  via: {
    type: "choice",
    choices: ["start", "task"],
    description: "Who migrates: the new image as it starts, or a separate task.",
  },
  watch: { type: "duration", description: "How long to watch the metrics afterwards." },
} as const satisfies Fields;

export type MaintenanceInputs = Values<typeof maintenanceInputFields>;

const WAYS = ["vulcan-ops maintenance --image IMAGE", "vulcan-ops maintenance --to REV", "vulcan-ops status"];

/**
 * The registered revision to deploy, or the one to copy with the image. With no option it is the newest one, and with
 * an image alone the one that runs. Exit 6 if there is none.
 */
export async function revisionToDeploy(
  { to, image }: MaintenanceInputs,
  service: Service,
  { services }: ActionReadContext,
): Promise<string> {
  const family = familyOf(service.taskDefinition);
  const named = to === undefined ? undefined : namedRevision(to, service);
  if (named !== undefined) return registered(named, await services.aws.ecs.taskDefinition(named));
  if (image !== undefined) return service.taskDefinition;
  const [newest = service.taskDefinition] = await services.aws.ecs.revisions(family);
  if (revisionOf(newest) > revisionOf(service.taskDefinition)) return newest;
  const text = `${service.taskDefinition} runs, and no newer revision is registered: nothing to migrate`;
  throw usageError("nothing-to-bring", text, WAYS);
}

function registered(name: string, found: { readonly status: string } | undefined): string {
  if (found?.status === "ACTIVE") return name;
  const text = found === undefined ? `there is no task definition ${name}` : `${name} is ${found.status}`;
  throw usageError("revision-absent", text, WAYS);
}
