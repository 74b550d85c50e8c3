import { defineAction } from "../../domain/action.ts";
import { guardError } from "../../domain/error.ts";
import type { ActionServices } from "../../domain/services.ts";
import { addressOf } from "./connection-findings.ts";
import { replicaText } from "./replica.ts";

const inputs = {
  source: { type: "string", description: "Instance whose address the revision has." },
  name: { type: "string", description: "The instance whose address comes in its place." },
  secret: {
    type: "arn",
    required: false,
    description: "Given, some variables take the address from there; only the others need it from here.",
  },
} as const;

interface Observation {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Addresses of two instances, for a copy of a revision. */
export const readAddresses = defineAction<ActionServices, typeof inputs, Observation>({
  name: "rds.readAddresses",
  summary: "Read the addresses of two instances, for variables that contain one.",
  risk: "read",
  inputs,
  outputs: {
    from: { type: "string", required: false, description: "host:port of the one; absent where it is not needed" },
    to: { type: "string", required: false, description: "host:port of the other" },
  },
  async observe({ source, name, secret }, { services, pendingStep }) {
    if (pendingStep !== undefined) return { kind: "deferred", until: pendingStep };
    const [one, other] = await Promise.all([services.aws.rds.instance(source), services.aws.rds.instance(name)]);
    if (other?.replicaOf !== undefined) throw guardError("instance-is-replica", replicaText(other));
    const [from, to] = [one, other].map((instance) => instance && addressOf(instance));
    if (secret === undefined && (from === undefined || to === undefined))
      throw guardError("no-address", `${from === undefined ? source : name} has no address`, ["vulcan-ops resume"]);
    return { kind: "observed", value: { from, to } };
  },
  plan: ({ secret }, { from, to }) => ({
    summary: secret === undefined ? `${from} → ${to}` : `the address is in ${secret}; elsewhere ${from} → ${to}`,
    changes: [],
    findings: [],
    outputs: { from, to },
  }),
});
