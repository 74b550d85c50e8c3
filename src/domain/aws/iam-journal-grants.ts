import type { Grant } from "./iam-grant.ts";

const OF_MACHINE = "arn:{partition}:states:{journalRegion}:{journalAccount}";
const JOURNAL = "arn:{partition}:dynamodb:{journalRegion}:{journalAccount}:table/{journalTable}";

export const JOURNAL_READS: readonly Grant[] = [
  {
    sid: "ReadJournal",
    purpose: "The shared journal's records, and the list of its executions",
    actions: ["dynamodb:Query"],
    resources: [JOURNAL, `${JOURNAL}/index/executions`],
  },
  {
    sid: "ReadJournalTable",
    purpose: "How the shared journal's table is set up",
    actions: ["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"],
    resources: [JOURNAL],
  },
  {
    sid: "ReadFleet",
    purpose: "See whether the machine carries the run already",
    actions: ["states:DescribeExecution"],
    resources: [`${OF_MACHINE}:execution:vulcan-ops-fleet:*`],
  },
];

/** It names another table, often of another account: no command needs it without the setting `journal`. */
export const JOURNAL_WRITE: Grant = {
  sid: "Journal",
  purpose: "Extend the shared journal; nothing in it is changed or deleted",
  actions: ["dynamodb:PutItem"],
  resources: [JOURNAL],
  condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "x#*" } },
};

const leading = (keys: string) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } });

/** Of the commands of a fleet. The roles of its template have the same, apart for operators and approvers. */
export const FLEET_WRITES: readonly Grant[] = [
  {
    sid: "FleetPlans",
    purpose: "Keep the plans of a fleet, and who starts it; nothing of them is changed or deleted",
    actions: ["dynamodb:PutItem"],
    resources: [JOURNAL],
    condition: leading("plan#*"),
  },
  {
    sid: "FleetStart",
    purpose: "Start the machine that carries fleets",
    actions: ["states:StartExecution"],
    resources: [`${OF_MACHINE}:stateMachine:vulcan-ops-fleet`],
  },
  {
    sid: "FleetBrake",
    purpose: "Set the brake of a wave",
    actions: ["dynamodb:UpdateItem"],
    resources: [JOURNAL],
    condition: leading("brake#*"),
  },
  {
    sid: "FleetStop",
    purpose: "Stop the machine and its workers",
    actions: ["states:StopExecution"],
    resources: [`${OF_MACHINE}:execution:vulcan-ops-fleet:*`],
  },
  {
    sid: "FleetAnswers",
    purpose: "Keep the answer to an approval; the first one stays",
    actions: ["dynamodb:PutItem"],
    resources: [JOURNAL],
    condition: leading("approved#*"),
  },
  {
    sid: "FleetAnswer",
    purpose: "Tell the machine the answer",
    actions: ["states:SendTaskFailure", "states:SendTaskSuccess"],
    resources: ["*"],
  },
];
