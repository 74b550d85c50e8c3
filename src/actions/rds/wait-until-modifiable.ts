import type { Instance } from "../../domain/aws/rds.ts";
import type { Look } from "../../domain/services.ts";

const POLL_MS = 10_000;
const POLLS = 30;

/** RDS takes changes of an available instance only; its first backup, say, is waited for: five minutes at most. */
export async function awaitModifiable(name: string, { world, clock }: Look): Promise<Instance | undefined> {
  for (let poll = 0; ; poll++) {
    const now = await world.aws.rds.instance(name);
    if (now === undefined || now.status === "available" || poll === POLLS) return now;
    await clock.sleep(POLL_MS);
  }
}
