import { familyOf, revisionOf, type Service } from "../../aws/shapes.ts";
import { usageError } from "../../domain/error.ts";
import type { Fields, Values } from "../../domain/field.ts";
import type { Look } from "../world.ts";

/** What the operator wants of a window. */
export const wishInputs = {
  bring: {
    type: "choice",
    choices: ["revision", "image"],
    description: "A revision that is registered, or a new one made of an image.",
  },
  to: {
    type: "revision",
    required: false,
    description: "The registered revision to bring; left out, the newest one, which has to be newer than what runs.",
  },
  image: { type: "string", required: false, description: "The image to bring, of which a revision is made." },
  opens: { type: "time", required: false, description: "When the window begins; left out, now." },
  closes: { type: "time", required: false, description: "When it ends; left out, two hours after it begins." },
  expect: { type: "duration", required: false, description: "How long the migrations are announced to take." },
  via: { type: "choice", choices: ["start", "task"], description: "Who migrates: the new image as it starts, or a task." },
  watch: { type: "duration", description: "How long it is watched afterwards." },
} as const satisfies Fields;

export type Wish = Values<typeof wishInputs>;

const WAYS = ["vulcan-ops maintenance --image IMAGE", "vulcan-ops maintenance --to REV", "vulcan-ops status"];

/** The registered revision that is meant; undefined where one is made of an image. Exit 6 where there is none. */
export async function broughtBy({ bring, to, image }: Wish, service: Service, { world }: Look) {
  if (bring === "image") {
    if (image !== undefined) return undefined;
    throw usageError("image-missing", "which image? Give --image IMAGE", WAYS);
  }
  const family = familyOf(service.taskDefinition);
  if (to !== undefined) return registered(`${family}:${to}`, await world.aws.ecs.taskDefinition(`${family}:${to}`));
  const [newest = service.taskDefinition] = await world.aws.ecs.revisions(family);
  if (revisionOf(newest) > revisionOf(service.taskDefinition)) return newest;
  const text = `${service.taskDefinition} runs, and no newer revision is registered: nothing would be migrated`;
  throw usageError("nothing-to-bring", text, WAYS);
}

function registered(name: string, found: { readonly status: string } | undefined): string {
  if (found?.status === "ACTIVE") return name;
  const text = found === undefined ? `there is no task definition ${name}` : `${name} is ${found.status}`;
  throw usageError("revision-absent", text, WAYS);
}
