import { NEEDS, type Needs } from "../../../src/domain/aws/iam-needs.ts";

/** `migrate down 2 --yes` → `migrate down`. */
export function commandOf(words: readonly string[]): keyof typeof NEEDS {
  const names = Object.keys(NEEDS) as (keyof typeof NEEDS)[];
  const found = [words.slice(0, 2).join(" "), words[0]].flatMap((name) => names.filter((one) => one === name));
  if (found[0] === undefined) throw new Error(`no needs are known of ${words.join(" ")}`);
  return found[0];
}

export const needsOf = (words: readonly string[]): Needs => NEEDS[commandOf(words)];
