import type { Target } from "../src/domain/target.ts";
import type { Context } from "./context.ts";
import type { Given } from "./given.ts";
import type { Site } from "./make-site.ts";
import { findPlace, type Place } from "./place.ts";

export type { Site } from "./make-site.ts";

/** All that reads and writes a target loads only now: a word that is misspelt needs none of it. */
export async function siteAt(place: Place, ...more: [Given, Context, purpose?: "any" | "reading"]): Promise<Site> {
  const { makeSite } = await import("./make-site.ts");
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
