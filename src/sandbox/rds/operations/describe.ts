import { AwsError } from "../../http/aws-error.ts";
import type { Output } from "../../http/input.ts";
import { instant, number, text, texts } from "../../http/input.ts";
import { type Operation, reading } from "../../http/operation.ts";
import { backupArn, findInstance } from "../find.ts";
import { badCombination, filtered, pageOf } from "../input.ts";
import type { DbInstance } from "../model.ts";
import { QUOTAS } from "../quotas.ts";
import { backupView, instanceView } from "../views.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const INSTANCE_FIELDS: Readonly<Record<string, (instance: DbInstance) => string | undefined>> = {
  "db-instance-id": ({ identifier }) => identifier,
  "dbi-resource-id": ({ resourceId }) => resourceId,
  "db-cluster-id": () => undefined,
  domain: () => undefined,
  engine: () => "postgres",
};

export const describeOperations: Readonly<Record<string, Operation>> = {
  DescribeDBInstances: reading((world, input) => {
    const identifier = text(input, "DBInstanceIdentifier");
    const all = identifier === undefined ? [...world.rds.instances.values()] : [findInstance(world, identifier)];
    const sorted = all.sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
    const { items, ...more } = pageOf(filtered(sorted, input, INSTANCE_FIELDS), input, "instances");
    return { ...more, DBInstances: items.map((instance) => instanceView(world, instance)) };
  }),

  DescribeDBInstanceAutomatedBackups: reading((world, input) => {
    const status = (one: DbInstance): "active" | "creating" | "retained" => {
      if (world.rds.retained.includes(one)) return "retained";
      return one.restorableFrom === undefined ? "creating" : "active";
    };
    const [name, id, arn] = ["DBInstanceIdentifier", "DbiResourceId", "DBInstanceAutomatedBackupsArn"].map((member) =>
      text(input, member),
    );
    const all = [...world.rds.instances.values(), ...world.rds.retained].filter(
      (one) =>
        one.settings.BackupRetentionPeriod > 0 &&
        (name === undefined || one.identifier === name.toLowerCase()) &&
        (id === undefined || one.resourceId === id) &&
        (arn === undefined || backupArn(world, one) === arn),
    );
    if (all.length === 0 && (name ?? id ?? arn) !== undefined) {
      throw new AwsError("DBInstanceAutomatedBackupNotFound", `Automated backup ${name ?? id ?? arn} not found.`, 404);
    }
    const fields = { ...INSTANCE_FIELDS, status };
    const { items, ...more } = pageOf(filtered(all, input, fields), input, "backups");
    return { ...more, DBInstanceAutomatedBackups: items.map((one) => backupView(world, one, status(one))) };
  }),

  /** Covers the past hour by default, and at most fourteen days. [D] */
  DescribeEvents: reading((world, input) => {
    const source = text(input, "SourceIdentifier");
    const type = text(input, "SourceType");
    if (source !== undefined && type === undefined) {
      throw badCombination("SourceType must be specified when SourceIdentifier is specified.");
    }
    const end = instant(input, "EndTime") ?? world.clock.now();
    const duration = (number(input, "Duration") ?? 60) * MINUTE;
    const start = Math.max(instant(input, "StartTime") ?? end - duration, world.clock.now() - 14 * DAY);
    const categories = texts(input, "EventCategories");
    const found = world.rds.events.filter(
      (event) =>
        event.at >= start &&
        event.at <= end &&
        (source === undefined || event.source === source) &&
        (type === undefined || event.type === type) &&
        (categories.length === 0 || event.categories.some((category) => categories.includes(category))),
    );
    const { items, ...more } = pageOf(found, input, "events");
    const views = items.map(
      (event): Output => ({
        SourceIdentifier: event.source,
        SourceType: event.type,
        Message: event.message,
        EventCategories: event.categories,
        Date: new Date(event.at),
        SourceArn: `arn:aws:rds:${world.region}:${world.account}:${event.type === "db-instance" ? "db" : "snapshot"}:${event.source}`,
      }),
    );
    return { ...more, Events: views };
  }),

  DescribeAccountAttributes: reading((world) => {
    const { instances, snapshots, parameterGroups, subnetGroups } = world.rds;
    const used: Readonly<Record<keyof typeof QUOTAS, number>> = {
      DBInstances: instances.size,
      ManualSnapshots: snapshots.filter(({ type }) => type === "manual").length,
      AllocatedStorage: [...instances.values()].reduce((sum, { settings }) => sum + settings.AllocatedStorage, 0),
      DBParameterGroups: parameterGroups.size,
      DBSubnetGroups: subnetGroups.size,
      OptionGroups: 0,
    };
    const quota = ([AccountQuotaName, Max]: [string, number]): Output => ({
      AccountQuotaName,
      Used: used[AccountQuotaName as keyof typeof QUOTAS],
      Max,
    });
    return { AccountQuotas: Object.entries(QUOTAS).map(quota) };
  }),
};
