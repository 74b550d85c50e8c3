import { createHash } from "node:crypto";
import type { Behaviour, Image, ImageTraits } from "../vulcan/image.ts";

const REGISTRY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

/** A release of Vulcan. Its tag is its version. */
export const release = (version: string, migrations: number, behaviour?: Behaviour, traits?: ImageTraits): Image =>
  releaseIn("vulcan", version, migrations, behaviour, traits);

/** A release in the repository of a service of its own. Its digest is computed from repository and tag. */
export function releaseIn(
  repository: string,
  version: string,
  migrations: number,
  behaviour: Behaviour = { kind: "healthy" },
  traits: ImageTraits = {},
): Image {
  const ref = `${REGISTRY}/${repository}:${version}`;
  const digest = `sha256:${createHash("sha256").update(ref).digest("hex")}`;
  return { ref, digest, version, migrations, behaviour, traits };
}
