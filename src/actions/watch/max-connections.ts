import type { MostConnections } from "../../domain/watch/report.ts";
import type { Note, Watching } from "./watch-options.ts";

/** max_connections as the server itself says it, else as its parameter group sets it; undefined where neither tells. */
export async function mostConnections(
  { world, target }: Pick<Watching, "world" | "target">,
  note: Note,
): Promise<MostConnections | undefined> {
  const failed = (from: string) => (error: Error) => {
    note(`max_connections is not known ${from}: ${error.message}`);
    return undefined;
  };
  const measured = await world.schema.sql?.maxConnections().catch(failed("by SQL"));
  if (measured !== undefined) return { most: measured, how: "SQL" };
  const set = await world.aws.watch.setConnections(target.database).catch(failed("by its parameter group"));
  return set === undefined ? undefined : { most: set, how: "parameter group" };
}
