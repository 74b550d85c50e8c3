import type { Story, Violation } from "../story.ts";
import { atMostOnce } from "./at-most-once.ts";
import { confirmedBefore } from "./confirmed.ts";
import { expectedCurrent } from "./expected-current.ts";
import { noSecret } from "./no-secret.ts";
import { nothingLeft } from "./nothing-left.ts";
import { oneWriter } from "./one-writer.ts";
import { leftUnnamed, notBack } from "./put-back.ts";
import { readsOnly } from "./reads-only.ts";
import { noFalseSuccess } from "./success.ts";
import { trueJournal } from "./true-journal.ts";

/** Each says in plain words what was violated. */
const JUDGES: Readonly<Record<string, (story: Story) => readonly string[]>> = {
  "each effect at most once": atMostOnce,
  "nothing without its confirmation": confirmedBefore,
  "the journal is true": trueJournal,
  "no false success": noFalseSuccess,
  "nothing is left behind unnamed": nothingLeft,
  "status names what is left": leftUnnamed,
  "what status prints puts it back": notBack,
  "no secret gets out": noSecret,
  "no hang": noHang,
  "one writer": oneWriter,
  "only what was expected is replaced": expectedCurrent,
  "what only reads changes nothing": readsOnly,
  "no fault of the program's own": noOwnFault,
};

export function judge(story: Story): readonly Violation[] {
  if (story.hang !== undefined) return noHang(story).map((text) => ({ invariant: "no hang", text }));
  return Object.entries(JUDGES).flatMap(([invariant, problems]) =>
    problems(story).map((text) => ({ invariant, text })),
  );
}

function noHang({ hang, lives }: Story): readonly string[] {
  const hung = lives
    .filter(({ code }) => code === "hung")
    .map(({ life, command }) => `${life.name} (${command}) had not ended after 14 hours`);
  return [...(hang === undefined ? [] : [hang]), ...hung];
}

function noOwnFault({ lives }: Story): readonly string[] {
  return lives.flatMap(({ life, stderr }) => {
    const [, what] = /vulcan-ops itself failed: (.*)/.exec(stderr) ?? [];
    return what === undefined ? [] : [`${life.name}: ${what}`];
  });
}
