import { commandLine } from "../../domain/command-line.ts";
import type { Identity } from "../../domain/identity.ts";
import { asTyped, type TypedOptions } from "../../domain/typed-options.ts";
import { paragraph } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import { identityLines } from "./identity.ts";

/** The last rows above the cursor: what is done, and where. What stands above them may be longer than the screen. */
export const renderFleetQuestion = (deed: string, place: Identity, display: DisplayOptions): string =>
  [...paragraph(deed, display, 0, "strong"), ...identityLines(place, display)].join("\n");

/** What shows how a run goes, as it has to be typed here. */
export const toFollow = (run: string, typed: TypedOptions = {}): string =>
  `To follow it: ${asTyped(commandLine`vulcan-ops fleet status ${run}`, typed)}`;
