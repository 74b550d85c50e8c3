import type { makeSite } from "./make-site.ts";

export type { Site } from "./make-site.ts";

/** Makes a site. All that reads and writes a target loads only now: a word that is misspelt needs none of it. */
export const openSite: typeof makeSite = async (...wanted) => (await import("./make-site.ts")).makeSite(...wanted);
