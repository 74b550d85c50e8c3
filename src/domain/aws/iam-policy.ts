import { READS } from "../../domain/aws/iam-actions.ts";
import type { JsonObject } from "../../domain/json.ts";

/** Actions that are needed only for resources with a known name. */
const NARROW: Readonly<Record<string, { readonly sid: string; readonly resource: string }>> = {
  "ssm:GetParameter": { sid: "ReadLock", resource: "arn:aws:ssm:*:*:parameter/vulcan-ops/locks/*" },
};

/**
 * The least IAM policy for operators who only read: exactly what the clients of every action and screen allow. They
 * refuse all else before sending. Except for the lock, none can be limited to a resource with a name known here.
 */
export function readPolicy(): JsonObject {
  const actions = READS.map(({ action }) => action).sort();
  const narrow = actions.flatMap((action) => {
    const place = NARROW[action];
    return place === undefined ? [] : [statement(place.sid, [action], place.resource)];
  });
  const wide = actions.filter((action) => NARROW[action] === undefined);
  return { Version: "2012-10-17", Statement: [statement("Read", wide, "*"), ...narrow] };
}

const statement = (Sid: string, Action: readonly string[], Resource: string): JsonObject => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
});
