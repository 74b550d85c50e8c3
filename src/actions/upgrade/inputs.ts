import { familyOf, type Service } from "../../domain/aws/ecs.ts";
import { namedRevision, revisionText } from "../../domain/aws/named-revision.ts";
import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { Fields, Values } from "../../domain/field.ts";
import { imageVersion } from "../../domain/release.ts";
import type { ActionReadContext } from "../../domain/services.ts";

export const upgradeInputFields = {
  to: { type: "revision", required: false, description: "Registered revision to deploy." },
  image: { type: "string", required: false, description: "Image to deploy, in a copy of the current revision." },
  expect: { type: "duration", required: false, description: "Duration of the migrations, by the release notes." },
  watch: { type: "duration", description: "How long to watch the metrics afterwards." },
  despiteHole: { type: "boolean", required: false, description: "Upgrade although a migration was skipped." },
} as const satisfies Fields;

export type UpgradeInputs = Values<typeof upgradeInputFields>;

const WAYS = ["vulcan-ops upgrade --image IMAGE", "vulcan-ops upgrade --to REV"];

/** The revision to deploy, or to copy with the image. Exit 6 without exactly one of both, or if there is none. */
export async function revisionToBring(
  { to, image }: UpgradeInputs,
  service: Service,
  { services }: ActionReadContext,
): Promise<string> {
  if (to === undefined && image === undefined)
    throw usageError("nothing-to-bring", "name the new release: one of --image and --to", WAYS);
  if (to !== undefined && image !== undefined)
    throw usageError(
      "two-to-bring",
      "--image and --to are both given: leave one of them out",
      waysWith(String(to), image),
    );
  if (image !== undefined) assertImage(image);
  const name = to === undefined ? undefined : namedRevision(to, service);
  if (name === undefined) return service.taskDefinition;
  const found = await services.aws.ecs.taskDefinition(name);
  if (found?.status === "ACTIVE") return name;
  const text = found === undefined ? `there is no task definition ${name}` : `${name} is ${found.status}`;
  const known = (await services.aws.ecs.revisions(familyOf(name))).slice(0, 1);
  const next = known.map((one) => commandLine`vulcan-ops upgrade --to ${revisionText(one, service.taskDefinition)}`);
  throw usageError("revision-absent", text, next.length > 0 ? next : ["vulcan-ops status"]);
}

const waysWith = (to: string, image: string): readonly string[] => [
  commandLine`vulcan-ops upgrade --image ${image}`,
  commandLine`vulcan-ops upgrade --to ${to}`,
];

/** Registry and path, then a tag or a digest: without one a registry takes `latest`, which is no release. [D: OCI] */
const IMAGE = /^[a-z0-9][\w.:-]*(?:\/[\w.-]+)*(?::[\w][\w.-]{0,127}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/i;

function assertImage(image: string): void {
  if (IMAGE.test(image)) return;
  throw usageError("image-invalid", `${image} names no tag and no digest: write REGISTRY/NAME:TAG`, WAYS);
}

/** What the operator types: the version of the image, its tag, or the revision. */
export function releaseToType({ image }: UpgradeInputs, revision: number): string {
  if (image === undefined) return String(revision);
  const last = image.split("/").at(-1) ?? image;
  return imageVersion(image) ?? last.split("@")[0]?.split(":")[1] ?? last;
}
