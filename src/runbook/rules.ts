// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in runbooks look like this
/** What one rule asks, why, and what to do: `vulcan-ops explain VOPS040`. */
export interface Rule {
  /** One line, without a full stop. */
  readonly title: string;
  readonly explain: string;
  /** The runbook can still be used. Absent: it cannot. */
  readonly severity?: "warning";
}

/** The rules about the text of a runbook. Ids are published: they are never given to another rule. */
export const RUNBOOK_RULES = {
  VOPS001: {
    title: "The text is not valid YAML",
    explain: "Nothing of a runbook can be judged before its text can be read. Quote texts that contain a colon.",
  },
  VOPS002: {
    title: "A tab indents",
    explain: "YAML takes spaces alone for indentation. Set the editor to spaces for .yaml files.",
  },
  VOPS003: {
    title: "A directive changes how YAML is read",
    explain:
      "Under %YAML 1.1 `no` is false, 012 is 10 and 12:30:00 is 45000. A runbook is YAML 1.2: leave the line out.",
  },
  VOPS004: {
    title: "Anchors, aliases and tags are not allowed",
    explain:
      "An alias hides what is sent, and aliases of aliases grow to any size. A runbook writes every value out, so that it can be read at three in the morning. Quote a text that begins with &, * or !.",
  },
  VOPS005: {
    title: "The text is larger than a runbook can be",
    explain: "At most 128 KiB, 1,000 keys, 32 levels: a longer runbook is not readable in an incident.",
  },
  VOPS006: {
    title: "A key is there twice",
    explain: "YAML readers keep one of the two, and not all the same one. Delete the one that is not meant.",
  },
  VOPS007: {
    title: "A value reads back otherwise than it is written",
    explain:
      "YAML makes 7 of 007, 1.1 of 1.10 and 1000 of 1e3; a key may be no text, and a text may hold characters that are not visible. Quote what is meant as text.",
  },
  VOPS008: {
    title: "A reference is not a whole, quoted value",
    explain:
      'A reference keeps its type and is never put into a text: nothing that an operator types can turn into part of a command. Inside { } YAML needs quotes: with: {to: "${{ inputs.to }}"}.',
  },
  VOPS010: {
    title: "Unknown key",
    explain: "An unknown key would have no effect. runbooks/README.md lists the keys.",
  },
  VOPS011: { title: "A key is missing", explain: "runbooks/README.md lists the keys that are required." },
  VOPS012: { title: "A value does not fit its key", explain: "runbooks/README.md lists the values of each key." },
  VOPS013: {
    title: "A step id is taken",
    explain: "Journals, references and resume find a step by its id, among the restoring steps too.",
  },
  VOPS020: {
    title: "Unknown action",
    explain: "A runbook can only name an action that this version has.",
  },
  VOPS021: {
    title: "The action has no such input",
    explain: "It would be ignored, and the step would do something else than it says. Mind the spelling.",
  },
  VOPS022: { title: "An input of the action is missing", explain: "The action cannot do without it." },
  VOPS023: {
    title: "A value is of another type than its input",
    explain:
      'A number is written without quotes, a text with them where it looks like something else. A time that is relative to the start of the run, as +0m (now), +2h or -15m, is the default of an input: inputs: {until: {type: time, default: +2h, description: When it ends.}}, and in the step: until: "${{ inputs.until }}".',
  },
  VOPS024: {
    title: "A risk is lowered",
    explain: "The action says what it may do to the world. A runbook may be more careful, never less.",
  },
  VOPS025: { title: "A write does not ask", explain: "confirm: none is for steps that only read." },
  VOPS026: { title: '"only" names no choice', explain: "It tests whether a choice input has one of its values." },
  VOPS027: {
    title: "An input's default or limits do not fit its type",
    explain: "They are used when no operator is there to notice.",
  },
  VOPS028: {
    title: "The action has another name now",
    explain:
      "The former name is still read, so that old runbooks run and old journals can be resumed. Write the new one: a later version may know only that.",
    severity: "warning",
  },
  VOPS031: {
    title: "A reference names nothing",
    explain: "It names an input, step, output or field that is not there.",
  },
  VOPS032: {
    title: "A reference looks forward",
    explain: "Steps run in order, so a step can only use what steps before it have found or done. Swap them.",
  },
  VOPS033: {
    title: "A reference is of another type than its input",
    explain: "A value keeps its type and its bounds on the way; nothing is converted.",
  },
  VOPS034: {
    title: "A reference may have no value",
    explain: "The action needs one. Give the input a default, or refer to something that is always there.",
  },
  VOPS029: {
    title: "The outcome names a step that there is not",
    explain: "END, history and notices take their sentence from these steps. Restoring steps cannot be among them.",
  },
  VOPS030: {
    title: "The rehearsal names an input that there is not",
    explain: "A rehearsal without --input takes these. One that the runbook does not have would stop it.",
  },
  VOPS040: {
    title: "A step cannot be undone, and gives no reason",
    explain:
      "The operator who confirms it has to know that there is no undo, and why it is done anyway. Give the step a line `irreversible: reason`. A step that can be undone has no such line.",
  },
  VOPS041: {
    title: "A time limit is shorter than the step takes",
    explain:
      "A new task is healthy after 60 s at the earliest and an old one is drained for 300 s: a step that gives up before would report a rollout as failed that is going well. Raise timeoutSeconds.",
  },
  VOPS042: {
    title: "A restoring step cannot run when it is needed",
    explain:
      "The steps under `finally` run after a failure, too, by themselves. What one of them needs must be known before the change that it puts back, and it may not destroy anything, since no answer is needed.",
  },
  VOPS043: {
    title: "The text holds a secret",
    explain:
      "A runbook is read, mailed and kept in version control, and every journal holds its text. Change the secret, then refer to it by its ARN.",
  },
  VOPS044: {
    title: "A step rolls the service back without saying so",
    explain:
      "ecs.findRevision without `to` chooses an earlier release, never the one in service. A step that deploys its result is a rollback, whatever its title says. Bind `to` to an input of the runbook, so that an operator can name another one; to replace tasks by new ones of the revision in service, use ecs.restartService.",
    severity: "warning",
  },
  VOPS045: {
    title: "A step is too short to prove anything",
    explain:
      "Fresh tasks are compared with nothing for 5 min, and the newest minutes are not complete yet. A watch of less than 15 min finds a broken limit, but where all is well it ends INCONCLUSIVE (exit 10), which is a failure of the runbook.",
    severity: "warning",
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RUNBOOK_RULES;
