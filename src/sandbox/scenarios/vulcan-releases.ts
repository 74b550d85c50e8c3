import { createHash } from "node:crypto";
import type { Behaviour, Image, Traits } from "../vulcan/image.ts";

const REPOSITORY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan";

/** A release of Vulcan: its tag is its version, its digest follows from both. */
export function release(
  version: string,
  migrations: number,
  behaviour: Behaviour = { kind: "healthy" },
  traits: Traits = {},
): Image {
  const ref = `${REPOSITORY}:${version}`;
  const digest = `sha256:${createHash("sha256").update(ref).digest("hex")}`;
  return { ref, digest, version, migrations, behaviour, traits };
}
