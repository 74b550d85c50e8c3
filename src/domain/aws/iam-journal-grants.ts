import type { Grant } from "./iam-grant.ts";

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
];

/** It names another table, often of another account: no command needs it without the setting `journal`. */
export const JOURNAL_WRITE: Grant = {
  sid: "Journal",
  purpose: "Extend the shared journal; nothing in it is changed or deleted",
  actions: ["dynamodb:PutItem"],
  resources: [JOURNAL],
  condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "x#*" } },
};
