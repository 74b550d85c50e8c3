import type { AwsReads } from "../domain/aws/reads.ts";
import type { SchemaReads } from "../domain/migrations/reads.ts";

/** Told the names that a read has just given. */
export interface ReadKeeper {
  taskDefinitions(names: readonly string[]): void;
  migrations(versions: readonly number[]): void;
}

/** The same reads; which revisions they name is told to the keeper. */
export function keepRevisions(reads: AwsReads, keeper: ReadKeeper | undefined): AwsReads {
  if (keeper === undefined) return reads;
  const { ecs } = reads;
  return {
    ...reads,
    ecs: {
      ...ecs,
      history: async (...where) => {
        const rows = await ecs.history(...where);
        keeper.taskDefinitions(rows.map(({ taskDefinition }) => taskDefinition).filter((name) => name !== ""));
        return rows;
      },
      revisions: async (...where) => {
        const names = await ecs.revisions(...where);
        keeper.taskDefinitions(names);
        return names;
      },
    },
  };
}

/** The same for the versions of the applied migrations. */
export function keepMigrations(schema: SchemaReads, keeper: ReadKeeper | undefined): SchemaReads {
  if (keeper === undefined) return schema;
  return {
    ...schema,
    migrations: async () => {
      const found = await schema.migrations();
      keeper.migrations(found.applied.map(({ version }) => version));
      return found;
    },
  };
}
