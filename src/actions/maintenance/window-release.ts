import { labelOf } from "../../checks/revision/migrations-since.ts";
import { familyOf, type Service } from "../../domain/aws/ecs.ts";
import { releaseOf } from "../../domain/aws/release-of.ts";
import { imageVersion, releaseChange, releaseName } from "../../domain/release.ts";
import type { ActionReadContext } from "../../domain/services.ts";

/** What a window deploys, as people name it. */
export interface WindowRelease {
  /** `1.42.1 (:42) → 2.0.0 (:43)` */
  readonly change: string;
  /** The newest migration of the revision to deploy, by its label. */
  readonly newest: number | undefined;
}

/** `bring`: the registered revision to deploy, or the one to copy with `image`. What cannot be read is left out. */
export async function readRelease(
  service: Service,
  bring: string,
  image: string | undefined,
  { services, target }: ActionReadContext,
): Promise<WindowRelease> {
  const { ecs } = services.aws;
  const [now, next] = await Promise.all(
    [service.taskDefinition, bring].map((name) => ecs.taskDefinition(name).catch(() => undefined)),
  );
  const { container: named } = target;
  const family = familyOf(service.taskDefinition);
  const from = releaseOf(service.taskDefinition, now, service, named);
  if (image === undefined) {
    const change = releaseChange(from, releaseOf(bring, next, service, named), family);
    return { change, newest: labelOf(next, { named, balancers: service.balancers }) };
  }
  // The copy has no number yet.
  const to = `${imageVersion(image) ?? image} (a copy of ${releaseName({ taskDefinition: bring }, family)})`;
  return { change: `${releaseName(from, family)} → ${to}`, newest: undefined };
}
