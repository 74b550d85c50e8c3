import { AwsError } from "../http/aws-error.ts";
import { flag, type Input, number, type Output, record, text } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import type { World } from "../world.ts";
import { newTable } from "./create-table.ts";
import { findTable, tableName } from "./find.ts";
import { invalid } from "./invalid.ts";
import type { Table } from "./table.ts";
import { tableView } from "./table-view.ts";

const MOST_NAMES = 100;

function create(world: World, input: Input): Output {
  const table = newTable(world, input);
  world.tables.set(table.name, table);
  const answer = tableView(table);
  world.clock.after(world.timings.tableCreating, () => {
    table.status = "ACTIVE";
  });
  return { TableDescription: answer };
}

/** [D; texts O] */
function remove(world: World, input: Input): Output {
  const table = findTable(world, input);
  if (table.status === "CREATING") {
    const message = `Attempt to change a resource which is still in use: Table is being created: ${table.name}`;
    throw new AwsError("ResourceInUseException", message);
  }
  if (table.isProtected)
    throw invalid(
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
  table.status = "DELETING";
  world.clock.after(world.timings.tableDeleting, () => {
    if (world.tables.get(table.name) === table) world.tables.delete(table.name);
  });
  return { TableDescription: tableView(table) };
}

function names(world: World, input: Input): Output {
  const after = text(input, "ExclusiveStartTableName") ?? "";
  const most = Math.min(number(input, "Limit") ?? MOST_NAMES, MOST_NAMES);
  const left = [...world.tables.keys()].sort().filter((name) => name > after);
  const shown = left.slice(0, most);
  return { TableNames: shown, ...(left.length > most && { LastEvaluatedTableName: shown.at(-1) }) };
}

/** The errors of backups have a name of their own. [D: TableNotFoundException] */
function backedUp(world: World, input: Input): Table {
  const name = tableName(input);
  const table = world.tables.get(name);
  if (table !== undefined) return table;
  throw new AwsError("TableNotFoundException", `Table not found: ${name}`);
}

const RECOVERY_DAYS = 35;
const DAY = 24 * 3600 * 1000;
/** The latest restorable moment is some minutes ago. [D: typically five] */
const BEHIND = 5 * 60 * 1000;

function backups(world: World, { restorableSince }: Table): Output {
  const now = world.clock.now();
  const window = restorableSince !== undefined && {
    RecoveryPeriodInDays: RECOVERY_DAYS,
    EarliestRestorableDateTime: new Date(Math.max(restorableSince, now - RECOVERY_DAYS * DAY)),
    LatestRestorableDateTime: new Date(Math.max(restorableSince, now - BEHIND)),
  };
  const status = restorableSince === undefined ? "DISABLED" : "ENABLED";
  return {
    ContinuousBackupsDescription: {
      // It is on for every table, whatever the recovery's is. [D]
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: status, ...window },
    },
  };
}

export const tableOperations: Readonly<Record<string, Operation>> = {
  CreateTable: changing(create),
  DeleteTable: changing(remove),
  DescribeTable: reading((world, input) => ({ Table: tableView(findTable(world, input)) })),
  ListTables: reading(names),
  DescribeContinuousBackups: reading((world, input) => backups(world, backedUp(world, input))),

  UpdateContinuousBackups: changing((world, input) => {
    const table = backedUp(world, input);
    const wanted = flag(record(input, "PointInTimeRecoverySpecification") ?? {}, "PointInTimeRecoveryEnabled") === true;
    table.restorableSince = wanted ? (table.restorableSince ?? world.clock.now()) : undefined;
    return backups(world, table);
  }),

  /** No item here goes by itself. */
  DescribeTimeToLive: reading((world, input) => {
    findTable(world, input);
    return { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } };
  }),
};
