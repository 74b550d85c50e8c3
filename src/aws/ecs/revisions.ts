import type * as Sdk from "@aws-sdk/client-ecs";
import { familyOf, revisionOf } from "../../domain/aws/ecs.ts";
import { isSorted } from "../../domain/sorted.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";
import type * as Commands from "../sdk/ecs.ts";
import { definitionName } from "./definition-name.ts";

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
  const found = await everyPage(
    async (nextToken) => {
      const page = await ecs.send(
        new sdk.ListTaskDefinitionsCommand({
          familyPrefix: family,
          status: "ACTIVE",
          sort: "DESC",
          ...(nextToken && { nextToken }),
        }),
      );
      const names = needed(page.taskDefinitionArns, "taskDefinitionArns").map((arn) => definitionName(arn));
      return { items: names, next: page.nextToken };
    },
    (names) => hasEnough(names, below),
  );
  return found.filter((name) => familyOf(name) === family).sort((a, b) => revisionOf(b) - revisionOf(a));
}

/** If the server does not keep the requested order, only the whole list shows which revision is the newest. */
function hasEnough(found: readonly string[], below: number): boolean {
  return isSorted(found, (a, b) => revisionOf(b) - revisionOf(a)) && found.some((name) => revisionOf(name) < below);
}
