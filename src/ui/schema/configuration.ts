import { schemaVersion } from "./parts.ts";
import { anything, flag, listOf, object, oneOf, text, whole } from "./shapes.ts";

const settingInForce = object({
  name: text,
  value: anything,
  origin: object({
    kind: oneOf("flag", "environment", "file", "default", "unset"),
    "name?": text,
    "path?": text,
    "line?": whole,
  }),
});

/** What `config` prints. */
export const configuration = object({
  schemaVersion,
  target: settingInForce,
  settings: listOf(settingInForce),
  files: listOf(object({ path: text, kind: oneOf("named", "project", "own"), exists: flag, targets: listOf(text) })),
  variables: listOf(object({ name: text, "value?": text })),
  stateDir: settingInForce,
  warnings: listOf(text),
});

/** What `init` prints. */
export const foundTarget = object({
  schemaVersion,
  name: text,
  production: flag,
  values: listOf(object({ name: text, "value?": text, why: text, "isNoted?": oneOf(true) })),
  file: object({ path: text, effect: oneOf("new", "added", "replaced", "same") }),
  notes: listOf(text),
  next: listOf(text),
});
