import type { Target } from "../../domain/target.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { wrap } from "../text/wrap.ts";

/** Where a command acts: environment, account and region, and whether it is AWS at all. */
export interface Place {
  readonly target: Pick<Target, "name" | "account" | "region" | "service" | "production">;
  /** The caller's account, where AWS has said it. */
  readonly account?: string;
  /** Where requests go, if not to AWS: `http://127.0.0.1:39993`. */
  readonly elsewhere?: string;
}

/**
 * The row that stands on every screen: `PRODUCTION vulcan-prod · 111122223333 · eu-west-1`, in reverse video where real
 * users depend on it; `SANDBOX (127.0.0.1:39993) …` where no request goes to AWS.
 */
export function identityLines(place: Place, display: DisplayOptions): string[] {
  const { production } = place.target;
  const [word, tone] = production ? (["PRODUCTION", "loud"] as const) : ([environmentWord(place), "strong"] as const);
  const text = toAscii(`${word} ${placeText(place)}`, display);
  return wrap(text, display.columns - (production ? 2 : 0)).map((line, index) =>
    index === 0 ? paint(production ? ` ${line} ` : line, tone, display) : line,
  );
}

/** The same as one sentence, for notices, the journal's END and JSON. */
export const identityText = (place: Place): string =>
  `${place.target.production ? "PRODUCTION" : environmentWord(place)} ${placeText(place)}`;

function environmentWord({ target, elsewhere }: Place): string {
  if (elsewhere !== undefined) return `SANDBOX (${elsewhere.replace(/^https?:\/\//, "")})`;
  return target.name.toUpperCase();
}

function placeText({ target, account }: Place): string {
  const known = account ?? target.account;
  return [target.service, known ?? "account not known", target.region ?? "region not pinned"].join(" · ");
}
