import type { JsonObject } from "../json.ts";
import type { Declared } from "./declared.ts";

/** The resources as a template of CloudFormation, JSON. It has no comments: what applying does is metadata. */
export function cloudFormationOf(all: readonly Declared[], description: string): JsonObject {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: description,
    Resources: Object.fromEntries(
      all.flatMap(({ label, effects, cloudFormation }) =>
        cloudFormation === undefined ? [] : [[logicalName(label), resourceOf(effects, cloudFormation)]],
      ),
    ),
  };
}

function resourceOf(
  effects: readonly string[],
  { type, properties }: NonNullable<Declared["cloudFormation"]>,
): JsonObject {
  return {
    Type: type,
    ...(effects.length > 0 && { Metadata: { WhenApplied: effects } }),
    Properties: properties,
  };
}

/** A logical name has letters and digits alone: `healthy_hosts` → `HealthyHosts`. [D] */
const logicalName = (label: string): string =>
  label
    .split(/[^A-Za-z0-9]+/)
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join("");
