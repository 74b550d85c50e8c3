import type { FieldType } from "../domain/field.ts";
import { RISKS } from "../domain/operation.ts";
import { CONFIRMS, DEFAULT_TIMEOUT_SECONDS, ON_FAILURES } from "../domain/runbook.ts";
import { STEP_CLASSES } from "../domain/silence.ts";
import { BOUNDED, FIELD_TYPES } from "./field-types.ts";
import { FORMS } from "./reference.ts";

/** The allowed form of a document, as data. The checker and the JSON Schema both read it. */
export type Shape = TextShape | WholeShape | FlagShape | WordShape | ScalarShape | ListShape | NamedShape | RecordShape;

export interface TextShape {
  readonly kind: "text";
  readonly most: number;
  /** May have several lines. */
  readonly lines?: true;
  readonly name?: NameShape;
}

/** Names that appear in references, file names and journals. */
export interface NameShape {
  readonly pattern: string;
  readonly fits: string;
  /** JavaScript's own names, so that a lookup by name never returns an inherited member. */
  readonly reserved: readonly string[];
}

export interface WholeShape {
  readonly kind: "whole";
  readonly minimum?: number;
  readonly maximum?: number;
}

interface FlagShape {
  readonly kind: "flag";
}

/** One of a few words. */
interface WordShape {
  readonly kind: "word";
  readonly words: readonly string[];
}

/** Any single value; what fits depends on a field and is checked with it. */
interface ScalarShape {
  readonly kind: "scalar";
}

export interface ListShape {
  readonly kind: "list";
  readonly of: Shape;
  readonly least: number;
  readonly unique?: true;
}

/** A map whose names the author chooses. */
export interface NamedShape {
  readonly kind: "named";
  readonly name?: NameShape;
  readonly of: Shape;
}

export interface RecordShape {
  readonly kind: "record";
  /** Its name in messages, e.g. `a step`. */
  readonly called: string;
  readonly keys: Readonly<Record<string, Key>>;
}

export interface Key {
  readonly shape: Shape;
  readonly about: string;
  readonly required?: true;
  /** The key makes sense only beside these values of `type`. */
  readonly types?: readonly FieldType[];
  /** The key names an action, which decides what `with` may hold. */
  readonly actions?: true;
  /** The key is also required beside these values of `type`. */
  readonly neededThere?: true;
}

const text = (most: number): TextShape => ({ kind: "text", most });
const prose = (most: number): TextShape => ({ kind: "text", most, lines: true });
const word = (words: readonly string[]): WordShape => ({ kind: "word", words });
const named = (name: NameShape): TextShape => ({ kind: "text", most: 64, name });

const RUNBOOK_NAME: NameShape = {
  pattern: "^[a-z][a-z0-9-]{0,63}$",
  fits: "a lower-case letter, then up to 63 lower-case letters, digits and hyphens",
  reserved: ["constructor"],
};

const NAME: NameShape = {
  pattern: "^[a-z][A-Za-z0-9]{0,39}$",
  fits: "a lower-case letter, then up to 39 letters and digits",
  reserved: Object.getOwnPropertyNames(Object.prototype)
    .filter((name) => /^[a-z]/.test(name))
    .sort(),
};

const INPUT: RecordShape = {
  kind: "record",
  called: "an input",
  keys: {
    type: { shape: word(FIELD_TYPES), required: true, about: "What values fit." },
    description: { shape: prose(2000), required: true, about: "What the operator reads when asked for it." },
    required: { shape: { kind: "flag" }, about: "false: may be left out. Default true." },
    default: {
      shape: { kind: "scalar" },
      about: "The value where the operator gives none; may be an age such as -15m.",
    },
    choices: {
      shape: { kind: "list", of: text(64), least: 1, unique: true },
      about: "The values of a choice.",
      types: ["choice"],
      neededThere: true,
    },
    minimum: {
      shape: { kind: "whole" },
      about: "The least number that fits; of a duration, in seconds.",
      types: BOUNDED,
    },
    maximum: {
      shape: { kind: "whole" },
      about: "The greatest number that fits; of a duration, in seconds.",
      types: BOUNDED,
    },
  },
};

const ONLY: RecordShape = {
  kind: "record",
  called: '"only"',
  keys: {
    input: { shape: named(NAME), required: true, about: "A choice input." },
    is: {
      shape: { kind: "list", of: text(64), least: 1, unique: true },
      required: true,
      about: "The step takes part where the input has one of these values.",
    },
  },
};

const STEP: RecordShape = {
  kind: "record",
  called: "a step",
  keys: {
    id: { shape: named(NAME), required: true, about: "Name of the step, unique in the runbook; references use it." },
    title: { shape: text(120), required: true, about: "One line: what this step does." },
    why: { shape: prose(2000), about: "Why it is done like this, for the engineer on call at three in the morning." },
    action: { shape: text(64), required: true, actions: true, about: "The action that does it." },
    with: {
      shape: { kind: "named", of: { kind: "scalar" } },
      about: `The action's inputs: values, or references as whole values (${FORMS.join(", ")}).`,
    },
    confirm: {
      shape: word(CONFIRMS),
      about: "How to ask. Default: none for read, prompt for change, typed for destructive.",
    },
    risk: { shape: word(RISKS), about: "Raises the action's risk; it cannot be lowered." },
    class: {
      shape: word(STEP_CLASSES),
      about:
        "What the question is about: go changes something and waits, back puts something back, look only reads; both count down. Default: by risk; back under finally.",
    },
    gate: { shape: { kind: "flag" }, about: "true: --ask gates asks here too." },
    timeoutSeconds: {
      shape: { kind: "whole", minimum: 1, maximum: 86_400 },
      about: `How long the step may take to prove itself. Default ${DEFAULT_TIMEOUT_SECONDS}.`,
    },
    onFailure: {
      shape: word(ON_FAILURES),
      about: "What happens when it fails. Default ask, which is abort without a terminal.",
    },
    irreversible: {
      shape: prose(2000),
      about: "Why it is done although there is no undo of it; needed where the action has none.",
    },
    only: { shape: ONLY, about: "Leaves the step out unless a choice input has one of these values." },
  },
};

const REHEARSAL: RecordShape = {
  kind: "record",
  called: '"rehearsal"',
  keys: {
    scenario: {
      shape: named(RUNBOOK_NAME),
      required: true,
      about: "A world of the sandbox (list: vulcan-ops sandbox scenarios).",
    },
    inputs: { shape: { kind: "named", of: { kind: "scalar" } }, about: "Inputs of the runbook that fit that world." },
  },
};

/** The whole document. */
export const RUNBOOK: RecordShape = {
  kind: "record",
  called: "the runbook",
  keys: {
    schemaVersion: { shape: word(["1"]), required: true, about: "The version of this format." },
    id: { shape: named(RUNBOOK_NAME), required: true, about: "Name of the runbook; its file is called like it." },
    title: { shape: text(120), required: true, about: "One line: what the procedure does." },
    description: { shape: prose(20_000), required: true, about: "Markdown: when to use it, when not to." },
    inputs: { shape: { kind: "named", name: NAME, of: INPUT }, about: "What the operator may or must give." },
    outcome: {
      shape: { kind: "list", of: named(NAME), least: 1, unique: true },
      about: "Steps that make the one sentence of the outcome: the first says what was done, all what proves it.",
    },
    rehearsal: {
      shape: REHEARSAL,
      about: "The world and the inputs of vulcan-ops rehearse and of plan --dry-run=sandbox, where none are given.",
    },
    steps: { shape: { kind: "list", of: STEP, least: 1 }, required: true, about: "The procedure, in order." },
    finally: {
      shape: { kind: "list", of: STEP, least: 0 },
      about: "Restoring steps: they run at every end, after a failure too.",
    },
  },
};
