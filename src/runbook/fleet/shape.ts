import { WAVE_DEFAULTS } from "../../domain/fleet/file.ts";
import type { NameShape, RecordShape, TextShape } from "../document-shape.ts";

const text = (most: number): TextShape => ({ kind: "text", most });

export const WAVE_NAME: NameShape = {
  pattern: "^[a-z][a-z0-9-]{0,31}$",
  fits: "a lower-case letter, then up to 31 lower-case letters, digits and hyphens",
  reserved: ["constructor"],
};

/** `tag:eu` and `shop-*` beside names. */
const TARGETS_SHAPE = { kind: "list", of: text(80), least: 1, unique: true } as const;

export const MOST_CONCURRENCY = 400;

const WAVE: RecordShape = {
  kind: "record",
  called: "a wave",
  keys: {
    name: {
      shape: { kind: "text", most: 32, name: WAVE_NAME },
      required: true,
      about: "Its name, as people approve it.",
    },
    targets: { shape: TARGETS_SHAPE, about: "Targets of it: names, globs, tags. Not beside share." },
    share: { shape: text(4), about: "Percent of all targets, as 10%. Without targets and share: all that are left." },
    approval: { shape: { kind: "flag" }, about: "true: a person approves it before it begins. Default false." },
    concurrency: {
      shape: { kind: "whole", minimum: 1, maximum: MOST_CONCURRENCY },
      about: `How many run at once. Default ${WAVE_DEFAULTS.concurrency}.`,
    },
    tolerated: {
      shape: { kind: "whole", minimum: 0, maximum: 10_000 },
      about: `How many may fail before nothing more is started. Default ${WAVE_DEFAULTS.tolerated}.`,
    },
  },
};

const WINDOW: RecordShape = {
  kind: "record",
  called: '"window"',
  keys: {
    from: { shape: text(40), required: true, about: "No plan begins before it: RFC 3339 with an offset." },
    until: { shape: text(40), required: true, about: "No plan begins after it: RFC 3339 with an offset." },
  },
};

/** The whole file. */
export const FLEET: RecordShape = {
  kind: "record",
  called: "the fleet file",
  keys: {
    schemaVersion: { shape: { kind: "word", words: ["1"] }, required: true, about: "The version of this format." },
    runbook: { shape: text(200), required: true, about: "Runbook: its name, or its path from here." },
    inputs: {
      shape: { kind: "named", of: { kind: "scalar" } },
      about: "Inputs of the runbook, the same for each target.",
    },
    targets: {
      shape: TARGETS_SHAPE,
      required: true,
      about: "Targets of the configuration: names, globs as shop-*, tags as tag:eu.",
    },
    waves: { shape: { kind: "list", of: WAVE, least: 1 }, required: true, about: "What runs side by side, in order." },
    window: { shape: WINDOW, about: "When its plans may begin. Default: the seven days from now." },
  },
};
