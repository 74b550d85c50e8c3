import type { JsonObject } from "../../json.ts";

const text = (Description: string, more: JsonObject = {}): JsonObject => ({ Type: "String", Description, ...more });

/** What a worker says when it takes the role of a target. */
export const EXTERNAL_ID: JsonObject = text("What workers name when they take the role of a target", {
  MinLength: 8,
  MaxLength: 128,
  AllowedPattern: "[\\w+=,.@:/-]+",
});

/** What differs between companies. */
export const PARAMETERS: JsonObject = {
  TableName: text("Table of the journal and of fleets", { Default: "vulcan-ops-journal" }),
  CreateTable: text("no: the table is there already, in this account and Region", {
    Default: "yes",
    AllowedValues: ["yes", "no"],
  }),
  Image: text("Image of the worker, with the configuration in it: REGISTRY/vulcan-ops:VERSION"),
  ClusterName: text("ECS cluster that the workers run in, of this account", { Default: "default" }),
  Subnets: { Type: "List<AWS::EC2::Subnet::Id>", Description: "Subnets of the workers" },
  SecurityGroups: { Type: "List<AWS::EC2::SecurityGroup::Id>", Description: "Security groups of the workers" },
  AssignPublicIp: text("ENABLED where the subnets are public and have no NAT gateway", {
    Default: "DISABLED",
    AllowedValues: ["ENABLED", "DISABLED"],
  }),
  ScheduleAt: text("When a run is started by itself: at(2026-04-10T02:00:00); empty: never", {
    Default: "",
  }),
  ScheduleZone: text("IANA time zone of that time", { Default: "UTC" }),
  ScheduledRun: text("Run that is then started if it was not; its waves are in the table", { Default: "none" }),
};

export const CONDITIONS: JsonObject = {
  CreatesTable: { "Fn::Equals": [{ Ref: "CreateTable" }, "yes"] },
  HasSchedule: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "ScheduleAt" }, ""] }] },
};
