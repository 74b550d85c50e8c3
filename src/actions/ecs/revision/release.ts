import { familyOf, isLower, type Service } from "../../../domain/aws/ecs.ts";
import type { Deed } from "../../../domain/deed.ts";
import { imageVersion, type Release, releaseName } from "../../../domain/release.ts";

/**
 * What pointing the service at another release is called: roll back to a lower revision, upgrade to a higher one. Numbers
 * of two families say nothing of each other: there it is a switch.
 */
export function deployDeed(service: Service, from: Release, to: Release, isUndo: boolean): Deed {
  const family = familyOf(from.taskDefinition);
  const isSwitch = familyOf(to.taskDefinition) !== family;
  const isBack = isLower(to.taskDefinition, from.taskDefinition);
  const name = releaseName(to, family);
  if (!isBack && isUndo) return { verb: "redeploy", past: "redeployed", object: `${name} on ${service.name}` };
  return {
    ...verbOf({ isSwitch, isBack }),
    object: service.name,
    main: true,
    from: releaseName(from, family),
    to: name,
    shortTo: shortName(to, family),
    ...(isBack && { reminder: `the pipeline still deploys ${releaseName(from, family)}: pause or fix it` }),
  };
}

function verbOf({ isSwitch, isBack }: { readonly isSwitch: boolean; readonly isBack: boolean }) {
  if (isSwitch) return { verb: "switch", past: "switched" };
  return isBack ? { verb: "roll back", past: "rolled back" } : { verb: "upgrade", past: "upgraded" };
}

/** The version alone, where there is one: the row above says the revision. */
function shortName(release: Release, family: string): string {
  const version = release.image === undefined ? undefined : imageVersion(release.image);
  return version ?? releaseName(release, family);
}
