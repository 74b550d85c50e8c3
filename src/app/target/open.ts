import type { Given } from "../../cli/options.ts";
import type { Context } from "../../cli/process-context.ts";
import type { Target } from "../../domain/target.ts";
import type { Site } from "./connect.ts";
import { findPlace, type Place } from "./resolve.ts";

export type { Site } from "./connect.ts";

/** All that reads and writes a target loads only now: a word that is misspelt needs none of it. */
export async function siteAt(place: Place, ...more: [Given, Context, purpose?: "any" | "reading"]): Promise<Site> {
  const { makeSite } = await import("./connect.ts");
  return makeSite(place, ...more);
}

/** `pinned` is a target that comes from a journal or a rehearsal rather than from flags and files. */
export async function openSite(
  given: Given,
  context: Context,
  pinned?: Target,
  purpose?: "any" | "reading",
): Promise<Site> {
  return siteAt(await findPlace(given, context, pinned), given, context, purpose);
}
