import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.42.0";

const RUNBOOK = `schemaVersion: "1"
id: other-image
title: Run another image
description: For this test.
inputs:
  image: {type: string, description: The image.}
steps:
  - id: copy
    title: Register a copy with that image
    action: ecs.copyRevision
    with: {image: "\${{ inputs.image }}"}
  - id: deploy
    title: Point the service at it
    action: ecs.updateService
    with: {taskDefinition: "\${{ steps.copy.taskDefinition }}", waitForRollout: true}
`;

/** Writes a runbook that deploys a copy of the revision in service with another image, and returns its path. */
export function otherImageRunbook(folder: string): string {
  const file = join(folder, "other-image.yaml");
  writeFileSync(file, RUNBOOK);
  return file;
}
