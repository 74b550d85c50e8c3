import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** It changes all that a runbook can change for its run alone: auto scaling, the size, alarms. */
const TEXT = `schemaVersion: "1"
id: our-own
title: Fewer tasks for a while
description: Where a database has to rest.
inputs:
  opens: {type: time, description: When it begins.}
steps:
  - id: mute
    title: Mute alarms
    action: cloudwatch.muteAlarms
    with: {rule: our-own, from: "\${{ inputs.opens }}", for: 7200}
  - id: hold
    title: Suspend auto scaling
    action: scaling.suspend
    with: {least: 1, suspended: "in,out,scheduled"}
  - id: shrink
    title: Scale down
    action: ecs.scaleService
    with: {desired: 1}
finally:
  - id: regrow
    title: Restore the task count
    action: ecs.scaleService
    with: {desired: "\${{ steps.shrink.previous }}", still: 1}
  - id: rescale
    title: Restore auto scaling
    action: scaling.suspend
    with: {least: "\${{ steps.hold.previousLeast }}", suspended: "\${{ steps.hold.previousSuspended }}", still: "in,out,scheduled"}
  - id: unmute
    title: Unmute alarms
    action: cloudwatch.muteAlarms
    with: {rule: our-own, from: "\${{ inputs.opens }}", for: 7200, lift: true}
`;

export function writeOwnRunbook(folder: string): string {
  const path = join(folder, "our-own.yaml");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, TEXT);
  return path;
}
