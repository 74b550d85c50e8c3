import type { Target } from "./target.ts";

/** Where a command acts: environment, account and region, and whether it is AWS at all. */
export interface Identity {
  readonly target: Pick<Target, "name" | "account" | "region" | "service" | "production">;
  /** The caller's account, where AWS has said it. */
  readonly account?: string;
  /** Where requests go, if not to AWS: `http://127.0.0.1:39993`. */
  readonly elsewhere?: string;
}

/** The members of a target that say where it is; not its addresses and settings. */
export function identityAt(
  { name, account: pinned, region, service, production }: Identity["target"],
  account: string | undefined,
  elsewhere: string | undefined,
): Identity {
  const target = {
    name,
    service,
    production,
    ...(region !== undefined && { region }),
    ...(pinned !== undefined && { account: pinned }),
  };
  return { target, ...(account !== undefined && { account }), ...(elsewhere !== undefined && { elsewhere }) };
}

/** `PRODUCTION vulcan-prod · 111122223333 · eu-west-1`, for notices, the journal's END and JSON. */
export const identityText = (identity: Identity): string => `${environmentWord(identity)} ${placeText(identity)}`;

/** `PRODUCTION`, `SANDBOX (127.0.0.1:39993)`, or the target's own name. */
export function environmentWord({ target, elsewhere }: Identity): string {
  if (target.production) return "PRODUCTION";
  if (elsewhere !== undefined) return `SANDBOX (${elsewhere.replace(/^https?:\/\//, "")})`;
  return target.name.toUpperCase();
}

function placeText({ target, account }: Identity): string {
  const known = account ?? target.account;
  return [target.service, known ?? "account not known", target.region ?? "region not pinned"].join(" · ");
}
