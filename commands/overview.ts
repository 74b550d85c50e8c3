import { judgeHistory } from "../src/actions/proven.ts";
import { readOverview } from "../src/aws/overview.ts";
import type { Service } from "../src/aws/shapes.ts";
import { renderOverview } from "../src/ui/render-overview.ts";
import { type Context, look } from "./context.ts";
import type { Site } from "./site.ts";

/** The target's state as text, read now. */
export async function showOverview({ reads, target, clock }: Site, context: Context): Promise<string> {
  const now = clock.now();
  const lastGood = async (service: Service) => {
    const rows = await reads.ecs.history(target.cluster, target.service);
    return judgeHistory(rows, service.taskDefinition, now).proven[0];
  };
  const overview = await readOverview(reads, target, new Date(now).toISOString(), lastGood);
  return renderOverview(overview, look(context), now);
}
