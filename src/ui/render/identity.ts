import { type Identity, identityText } from "../../domain/identity.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { wrap } from "../text/wrap.ts";

export { type Identity, identityText };

/**
 * The row that stands on every screen: `PRODUCTION vulcan-prod · 111122223333 · eu-west-1`, in reverse video where real
 * users depend on it; `SANDBOX (127.0.0.1:39993) …` where no request goes to AWS.
 */
export function identityLines(identity: Identity, display: DisplayOptions): string[] {
  const { production } = identity.target;
  const text = toAscii(identityText(identity), display);
  return wrap(text, display.columns - (production ? 2 : 0)).map((line, index) =>
    index === 0 ? paint(production ? ` ${line} ` : line, production ? "loud" : "strong", display) : line,
  );
}
