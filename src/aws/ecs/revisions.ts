import type * as Sdk from "@aws-sdk/client-ecs";
import { familyOf, revisionOf, shortName } from "../../domain/aws/ecs.ts";
import { isSorted } from "../../domain/sorted.ts";
import type * as Commands from "../sdk/ecs.ts";

/** The ACTIVE revisions of a family, newest first; those pages that hold the newest, and the newest below `below`. */
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
    found.push(...(page.taskDefinitionArns ?? []).map(shortName));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && !isEnough(found, below));
  return found.filter((name) => familyOf(name) === family).sort((a, b) => revisionOf(b) - revisionOf(a));
}

/** Of a server that does not keep the order which was asked for, only the whole list tells what is newest. */
function isEnough(found: readonly string[], below: number): boolean {
  return isSorted(found, (a, b) => revisionOf(b) - revisionOf(a)) && found.some((name) => revisionOf(name) < below);
}
