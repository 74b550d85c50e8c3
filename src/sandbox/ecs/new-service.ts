import type { Service } from "./model.ts";

/** The members in which new services differ. */
type Seed = Pick<
  Service,
  | "name"
  | "arn"
  | "cluster"
  | "desired"
  | "createdAt"
  | "settings"
  | "tags"
  | "containerName"
  | "containerPort"
  | "targetGroup"
  | "otherGroups"
>;

/** An ACTIVE service without deployments; `reconcile` is one round of its scheduler. */
export function makeService(seed: Seed, reconcile: (service: Service) => void = () => {}): Service {
  const service: Service = {
    ...seed,
    status: "ACTIVE",
    deployments: [],
    events: [],
    stale: undefined,
    history: [],
    revisions: [],
    lastCompleted: undefined,
    wake: undefined,
    settling: undefined,
    steady: false,
    gathering: new Map(),
    reconcile: () => reconcile(service),
  };
  return service;
}
