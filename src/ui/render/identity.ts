import { identityText, type Place } from "../../domain/place.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { wrap } from "../text/wrap.ts";

export { identityText, type Place };

/**
 * The row that stands on every screen: `PRODUCTION vulcan-prod · 111122223333 · eu-west-1`, in reverse video where real
 * users depend on it; `SANDBOX (127.0.0.1:39993) …` where no request goes to AWS.
 */
export function identityLines(place: Place, display: DisplayOptions): string[] {
  const { production } = place.target;
  const text = toAscii(identityText(place), display);
  return wrap(text, display.columns - (production ? 2 : 0)).map((line, index) =>
    index === 0 ? paint(production ? ` ${line} ` : line, production ? "loud" : "strong", display) : line,
  );
}
