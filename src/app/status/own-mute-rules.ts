import { muteRulePrefix, type OwnMuteRule, sizeInMuteRule } from "../../domain/aws/alarms.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import type { Target } from "../../domain/target.ts";

/** The mute rules in force that runs on this target have made, on any machine. */
export async function ownMuteRules(
  { mutes }: Pick<AwsReads, "mutes">,
  { service }: Target,
): Promise<readonly OwnMuteRule[]> {
  const own = (await mutes.activeMutes()).filter(({ name }) => name.startsWith(muteRulePrefix(service)));
  return Promise.all(
    own.map(async ({ name, status }) => {
      const size = sizeInMuteRule((await mutes.muteRule(name))?.description);
      return { name, status, ...(size !== undefined && { size }) };
    }),
  );
}
