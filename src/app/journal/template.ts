import { attribute, either, NOTHING, ref, sub } from "../../domain/cloudformation/functions.ts";
import { storeTable, tableKey } from "../../domain/cloudformation/store-table.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import { accessResources } from "./access.ts";
import { archiveResources } from "./archive.ts";
import { yamlText } from "./yaml-text.ts";

const PARAMETERS: JsonObject = {
  TableName: {
    Type: "String",
    Default: "vulcan-ops-journal",
    AllowedPattern: "[a-zA-Z0-9_.-]{3,255}",
    Description: "Name of the table, as the setting journal names it",
  },
  ArchiveDays: {
    Type: "Number",
    Default: 0,
    MinValue: 0,
    MaxValue: 36_500,
    Description: "Days for which S3 keeps a copy of each record locked; 0 makes no archive",
  },
  ArchiveMode: {
    Type: "String",
    Default: "GOVERNANCE",
    AllowedValues: ["GOVERNANCE", "COMPLIANCE"],
    Description: "COMPLIANCE cannot be shortened by anybody, the account's root included",
  },
  TrustedPrincipals: {
    Type: "CommaDelimitedList",
    Default: "",
    Description: "ARNs, of this account or others, that may assume the two roles; empty makes no roles",
  },
};

const CONDITIONS: JsonObject = {
  HasArchive: { "Fn::Not": [{ "Fn::Equals": [ref("ArchiveDays"), 0] }] },
  HasTrusted: { "Fn::Not": [{ "Fn::Equals": [{ "Fn::Join": ["", ref("TrustedPrincipals")] }, ""] }] },
};

const output = (what: string, value: Json, condition?: string): JsonObject => ({
  Description: what,
  ...(condition !== undefined && { Condition: condition }),
  Value: value,
});

const OUTPUTS: JsonObject = {
  Address: output("For the setting journal", sub("dynamodb://{Journal}?region={AWS::Region}")),
  OperatorPolicyArn: output("To be attached to the roles of operators", ref("OperatorPolicy")),
  ObserverPolicyArn: output("To be attached to the roles of those who only look", ref("ObserverPolicy")),
  OperatorRoleArn: output("For a profile of operators", attribute("OperatorRole", "Arn"), "HasTrusted"),
  ObserverRoleArn: output("For a profile of those who only look", attribute("ObserverRole", "Arn"), "HasTrusted"),
  ArchiveBucketName: output("Where the locked copies are", ref("ArchiveBucket"), "HasArchive"),
};

const HEADER = `# The shared journal of vulcan-ops: its table, who may use it, and a locked archive where one is asked for.
# Put it into a region that you do not run the targets in: it has to answer while theirs does not.
#
#   vulcan-ops journal template -o journal.yaml
#   aws cloudformation deploy --stack-name vulcan-ops-journal --template-file journal.yaml --capabilities CAPABILITY_IAM
`;

/** The table, and the key that encrypts it. Each record also goes to the archive where one is asked for. */
const TABLE: JsonObject = {
  JournalKey: tableKey("Encrypts the shared journal of vulcan-ops"),
  Journal: storeTable("JournalKey", {
    KinesisStreamSpecification: either("HasArchive", { StreamArn: attribute("ArchiveStream", "Arn") }, NOTHING),
  }),
};

/** The template as a value. [D: CloudFormation Template Reference] */
export const journalTemplate: JsonObject = {
  AWSTemplateFormatVersion: "2010-09-09",
  Description: "Shared journal of vulcan-ops",
  Parameters: PARAMETERS,
  Conditions: CONDITIONS,
  Resources: { ...TABLE, ...archiveResources, ...accessResources },
  Outputs: OUTPUTS,
};

/** A CloudFormation template of the shared journal, in YAML. Pure: it names no account and no region. */
export const journalTemplateText = (): string => `${HEADER}\n${yamlText(journalTemplate)}`;
