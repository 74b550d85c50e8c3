import { createHash } from "node:crypto";
import type { Behaviour, Image, ImageTraits } from "../vulcan/image.ts";

const REPOSITORY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan";

/** A release of Vulcan. Its tag is its version. Its digest is computed from repository and tag. */
export function release(
  version: string,
  migrations: number,
  behaviour: Behaviour = { kind: "healthy" },
  traits: ImageTraits = {},
): Image {
  const ref = `${REPOSITORY}:${version}`;
  const digest = `sha256:${createHash("sha256").update(ref).digest("hex")}`;
  return { ref, digest, version, migrations, behaviour, traits };
}
