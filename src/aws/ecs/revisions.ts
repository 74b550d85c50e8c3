import type * as Sdk from "@aws-sdk/client-ecs";
import { familyOf, revisionOf, shortName } from "../../domain/aws/ecs.ts";
import { isSorted } from "../../domain/sorted.ts";
import { needed } from "../client/needed.ts";
import type * as Commands from "../sdk/ecs.ts";

/**
 * The ACTIVE revisions of a family, newest first. Reads pages until they include the newest revision and the newest one
 * below `below`.
 */
export async function readRevisions(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  family: string,
  below: number,
): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new sdk.ListTaskDefinitionsCommand({
        familyPrefix: family,
        status: "ACTIVE",
        sort: "DESC",
        ...(nextToken && { nextToken }),
      }),
    );
    found.push(...needed(page.taskDefinitionArns, "taskDefinitionArns").map(shortName));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && !hasEnough(found, below));
  return found.filter((name) => familyOf(name) === family).sort((a, b) => revisionOf(b) - revisionOf(a));
}

/** If the server does not keep the requested order, only the whole list shows which revision is the newest. */
function hasEnough(found: readonly string[], below: number): boolean {
  return isSorted(found, (a, b) => revisionOf(b) - revisionOf(a)) && found.some((name) => revisionOf(name) < below);
}
