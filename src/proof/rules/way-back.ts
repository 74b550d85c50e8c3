import { rule } from "./rule.ts";

/** The way down, and the list. */
export const WAY_BACK_RULES = {
  VOPS360: rule(
    "warning",
    "down-missing",
    "There is no Down",
    "`migrate down` cannot roll this migration back.",
    "Write the Down, or plan the way back without it.",
  ),
  VOPS361: rule(
    "warning",
    "down-empty",
    "The Down does nothing",
    "`migrate down` removes the row of the migration, and leaves its change.",
    "Undo what the Up does.",
  ),
  VOPS362: rule(
    "error",
    "down-fails",
    "The Down fails after the Up",
    "`migrate down` is rolled back: the schema stays, and the old image does not get its own.",
    "Correct the statement. The message is the server's.",
  ),
  VOPS363: rule(
    "note",
    "down-destroys",
    "The Down takes data away",
    "What was written since the Up is lost by `migrate down`; it names this before it asks.",
    "Nothing, if the rows are worth nothing without the new image.",
  ),
  VOPS370: rule(
    "warning",
    "version-hole",
    "A version is left out",
    "The runner is sequential: a migration that comes later with this version is out of order.",
    "Number migrations without a hole.",
  ),
} as const;
