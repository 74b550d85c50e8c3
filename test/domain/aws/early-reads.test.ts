import { expect, it } from "vitest";
import { beginReads, type EarlyRead } from "../../../src/domain/aws/early-reads.ts";
import { readOnce } from "../../../src/domain/aws/read-once.ts";
import type { AwsReads } from "../../../src/domain/aws/reads.ts";
import { serviceOf, TARGET, worldOf } from "../../actions/support.ts";

/** A world whose service runs this revision, and the names of the revisions that were read of it. */
function world(taskDefinition: string) {
  const asked: string[] = [];
  const { aws } = worldOf({ service: { ...serviceOf(43), taskDefinition } });
  const failing = async (name: string) => {
    asked.push(name);
    throw new Error(`${name} cannot be read`);
  };
  const reads: AwsReads = readOnce({ ...aws, ecs: { ...aws.ecs, taskDefinition: failing } });
  return { asked, reads };
}

const GUESSES: readonly EarlyRead[] = ["currentRevision", "previousRevision"];

it.each([
  ["vulcan-prod:43", ["vulcan-prod:43", "vulcan-prod:42"]],
  ["vulcan-prod:1", ["vulcan-prod:1"]],
])("of %s it reads %j ahead, each once; a failure is told to those alone who ask", async (current, names) => {
  const { asked, reads } = world(current);
  beginReads(reads, TARGET, [...GUESSES, ...GUESSES]);
  await expect(reads.ecs.taskDefinition(current)).rejects.toThrow("cannot be read");
  await Promise.resolve();
  expect(asked).toEqual(names);
});
