import { READS } from "../../domain/aws/iam-actions.ts";
import type { JsonObject } from "../../domain/json.ts";

/** What only one name of a service has to be read for. */
const NARROW: Readonly<Record<string, { readonly sid: string; readonly resource: string }>> = {
  "ssm:GetParameter": { sid: "ReadLock", resource: "arn:aws:ssm:*:*:parameter/vulcan-ops/locks/*" },
};

/**
 * The least IAM policy for whoever only looks: exactly what the clients of every action and screen let through, since they
 * refuse all else before it leaves. None of these can be confined to a resource by a name that is known here, save the lock.
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
