import { environmentWord, type Identity, identityText } from "../../domain/identity.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { wrap } from "../text/wrap.ts";

export { type Identity, identityText };

/**
 * The row that stands on every screen: `PRODUCTION vulcan-prod · 111122223333 · eu-west-1`, its first word in reverse
 * video where real users depend on it; `SANDBOX (127.0.0.1:39993) …` where no request goes to AWS.
 */
export function identityLines(identity: Identity, display: DisplayOptions): string[] {
  const { production } = identity.target;
  const [word = ""] = toAscii(environmentWord(identity), display).split(" ");
  const [first = "", ...others] = wrap(toAscii(identityText(identity), display), display.columns - 1);
  const rest = first.slice(word.length);
  // A cell on both sides belongs to what is in reverse.
  const head = production ? ` ${word}${rest.slice(0, 1)}` : word;
  return [`${paint(head, production ? "loud" : "strong", display)}${production ? rest.slice(1) : rest}`, ...others];
}
