import { redactText } from "../domain/redact.ts";
import { formatDuration } from "../domain/time.ts";
import type { ActionSpecs } from "./action-spec.ts";
import { type Declared, type DeclaredStep, declaredIn } from "./declarations.ts";
import { readLiteral } from "./parse-literal.ts";
import { quoted, type Report, type TextPosition } from "./problem.ts";
import { parseReference } from "./reference.ts";
import { entriesOf, member, type Tree, textOf } from "./yaml/tree.ts";

/**
 * Rules of safety for a document that is otherwise valid. They do not apply to an execution that has begun: whatever
 * its text lacks, a resume or an undo must not be refused for that.
 */
export function checkSafety(document: Tree, text: string, specs: ActionSpecs, report: Report): void {
  const { steps, inputs } = declaredIn(document, specs);
  for (const step of steps) {
    checkUndo(step, report);
    checkTime(step, report);
    checkProof(step, inputs, report);
    checkEarlier(step, steps, report);
    if (step.restores) checkRestoring(step, steps, report);
  }
  checkSecrets(text, report);
}

/** A step without an undo must say why it is done. A step with an undo must not say so. */
function checkUndo({ tree, spec }: DeclaredStep, report: Report): void {
  const reason = member(tree, "irreversible");
  const place = entriesOf(tree).get("irreversible")?.key ?? member(tree, "action") ?? tree;
  if (spec?.irreversible === true && reason === undefined) {
    report("VOPS040", place, `${spec.name} has no undo`, 'say why that is borne: "irreversible: reason"');
  } else if (spec !== undefined && spec.irreversible !== true && reason !== undefined) {
    const what = spec.risk === "read" ? "changes nothing" : "can be undone";
    report("VOPS040", place, `${spec.name} ${what}`, "leave the line out");
  }
}

/** A time limit must leave room for the action's minimum duration. */
function checkTime({ tree, spec }: DeclaredStep, report: Report): void {
  const limit = member(tree, "timeoutSeconds");
  if (limit?.kind !== "scalar" || typeof limit.value !== "number") return;
  const given = member(tree, "with");
  const applying = (spec?.minimumDurations ?? []).filter(({ where = {} }) =>
    Object.entries(where).every(([name, value]) => textOf(member(given, name)) === value),
  );
  const most = applying.reduce((longest, one) => (one.seconds > longest.seconds ? one : longest), NOTHING);
  if (limit.value >= most.seconds) return;
  report("VOPS041", limit, `${limit.value} s are too short: ${most.why}`, `at least ${most.seconds}`);
}

const NOTHING = { seconds: 0, why: "" };

/** A watch that is too short ends INCONCLUSIVE even where all is well. */
function checkProof({ tree, spec }: DeclaredStep, inputs: Declared["inputs"], report: Report): void {
  if (spec?.leastToProve === undefined) return;
  const { input: name, seconds, why } = spec.leastToProve;
  const field = spec.inputs[name];
  const written = member(member(tree, "with"), name);
  if (field === undefined || written?.kind !== "scalar") return;
  const least = formatDuration(seconds);
  const reference = parseReference(textOf(written) ?? "");
  if (reference?.kind === "input" && (inputs.get(reference.name)?.minimum ?? 0) < seconds) {
    const what = `${quoted(name)} takes less than ${least} from inputs.${reference.name}, which proves too little: ${why}`;
    report("VOPS045", written, what, `give the input "minimum: ${seconds}"`);
  }
  if (reference !== undefined) return;
  const literal = readLiteral(field, written.value, name);
  if (!literal.ok || typeof literal.value !== "number" || literal.value >= seconds) return;
  report("VOPS045", written, `${formatDuration(literal.value)} prove too little: ${why}`, `at least ${least}`);
}

/**
 * A restoring step runs by itself after any failure. What it needs must be known before the change that it puts back is
 * confirmed. A destructive step cannot be a restoring step.
 */
function checkRestoring(step: DeclaredStep, steps: readonly DeclaredStep[], report: Report): void {
  const risk = textOf(member(step.tree, "risk")) ?? step.spec?.risk;
  if (risk === "destructive") {
    const place = member(step.tree, "action") ?? step.tree;
    report("VOPS042", place, "a step that destroys cannot run by itself at every end", 'it belongs under "steps"');
  }
  const sources = sourcesOf(step.tree, steps);
  const changes = (other: DeclaredStep) => !other.restores && other.spec !== undefined && other.spec.risk !== "read";
  // Where it refers to no change, it could be needed from the first change on.
  const first = sources.find(({ from }) => changes(from))?.from ?? steps.find(changes);
  for (const { from, place } of sources) {
    if (first === undefined || from.restores || changes(from) || from.order < first.order) continue;
    const what = `the step ${quoted(from.id)} comes after ${quoted(first.id)}, which may fail before it has run`;
    report("VOPS042", place, what, `use what is known before ${quoted(first.id)}`);
  }
}

/** A "restart" that takes its revision from a step that looks for an earlier one rolls the service back. */
function checkEarlier(step: DeclaredStep, steps: readonly DeclaredStep[], report: Report): void {
  if (step.spec === undefined || step.spec.risk === "read") return;
  for (const { from, place } of sourcesOf(step.tree, steps)) {
    const named = from.spec?.choosesEarlierUnless;
    if (named === undefined || from.order >= step.order || member(member(from.tree, "with"), named) !== undefined)
      continue;
    const what = `${quoted(from.id)} chooses the newest earlier release that was good: this step rolls the service back`;
    report("VOPS044", place, what, `if that is meant, give ${quoted(from.id)} its input ${quoted(named)}`);
  }
}

interface Source {
  readonly from: DeclaredStep;
  readonly place: TextPosition;
}

/** The earlier steps whose outputs a step uses, first step first. */
function sourcesOf(tree: Tree, steps: readonly DeclaredStep[]): readonly Source[] {
  const found: Source[] = [];
  for (const { value } of entriesOf(member(tree, "with")).values()) {
    const reference = parseReference(textOf(value) ?? "");
    const from = reference?.kind === "output" ? steps.find(({ id }) => id === reference.step) : undefined;
    if (from !== undefined) found.push({ from, place: value });
  }
  return found.sort((a, b) => a.from.order - b.from.order);
}

/** Reports secrets anywhere in the text, comments included, at the place where each begins. */
function checkSecrets(text: string, report: Report): void {
  if (redactText(masked(text)) === masked(text)) return;
  text.split("\n").forEach((line, index) => {
    const shown = masked(line);
    const clean = redactText(shown);
    if (clean === shown) return;
    const column = shown.split("").findIndex((char, at) => char !== clean[at]) + 1;
    report(
      "VOPS043",
      { line: index + 1, column },
      "a secret stands here in plain text",
      "change it, then name its ARN",
    );
  });
}

/** References and ARNs name a secret but do not contain it. What follows a bracket is no value of the key before it. */
function masked(text: string): string {
  return text
    .replace(/["']?\$\{\{[^{}\n]*\}\}["']?|\barn:aws[\w:/+.@-]*/g, (found) => " ".repeat(found.length))
    .replace(/:(?=[ \t]*[{[|>])/g, " ");
}
