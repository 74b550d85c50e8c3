import { identityAt, identityText } from "../../domain/identity.ts";
import { type LostNotice, NOTICE_FIELDS, type Notice, type NoticeFields } from "../../domain/notices/notice.ts";
import type { Environment } from "../../domain/ports.ts";
import { type Access, type OpenTarget, openTarget } from "../open-target.ts";
import { operatorOf } from "../operator.ts";

/** The channels that notices of a target go by, and what a test of them lost. */
export interface TestedChannels {
  readonly by: readonly string[];
  readonly lost: readonly LostNotice[];
}

/** Without `isSent` only the names of the channels. Keys are read, and AWS is asked, only where a message is sent. */
export async function testChannels(
  options: Access,
  environment: Environment,
  isSent: boolean,
): Promise<TestedChannels> {
  const target = await openTarget(options, environment);
  const notices = await target.notices(() => undefined);
  if (notices === undefined) return { by: [], lost: [] };
  if (isSent) notices.tell(testNotice(target));
  return { by: notices.by, lost: await notices.settled() };
}

function testNotice({ target, endpoint, clock }: OpenTarget): Notice {
  const at = clock.now();
  const none = Object.fromEntries(Object.keys(NOTICE_FIELDS).map((name) => [name, ""])) as NoticeFields;
  const place = identityText(identityAt(target, target.account, endpoint));
  const { operator, host } = operatorOf();
  const { name, service, cluster, region = "", account = "" } = target;
  return {
    moment: "test",
    urgency: "news",
    at: new Date(at).toISOString(),
    key: `test-${at}`,
    isCritical: false,
    isContinued: false,
    fields: { ...none, title: "TEST", target: name, service, cluster, region, account, place, operator, host },
  };
}
