/** Who has approved the plan that was carried out, and who had made it. */
export interface RecordedApproval {
  /** Of the saved plan: SHA-256, hex. */
  readonly digest: string;
  /** RFC 3339, UTC: when it was approved. */
  readonly at: string;
  /** ARN of the approver's credentials. */
  readonly by: string;
  /** ARN of the credentials that the plan was made with, and when. */
  readonly plannedBy: string;
  readonly plannedAt: string;
}

/** Who answered for the plans of a fleet, once for all targets of a wave. */
export interface FleetApproval {
  readonly run: string;
  readonly wave: string;
  /** Of all plans and waves: SHA-256, hex. */
  readonly digest: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** ARN of the credentials. */
  readonly by: string;
  /** `approved`: by another person than its planner and its starter. `started`: by the text that its starter typed. */
  readonly how: "approved" | "started";
}

/** Characters of a digest that people compare and type. */
export const shortDigest = (digest: string): string => digest.slice(0, 8);

/** Why an execution may begin on a target that asks for more than its operator's yes. */
export interface Clearance {
  /** `--emergency`: why it waited for no approval and for no open calendar. */
  readonly emergency?: string;
  /** The saved plan that another person has approved. */
  readonly approval?: RecordedApproval;
  /** The plans of a fleet, of which this is one. */
  readonly fleet?: FleetApproval;
}
