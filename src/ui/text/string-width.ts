// Stands in for the package of this name inside the bundle (build.mjs): that one compiles all emoji patterns
// when it is imported, a quarter of a bare Node start, and yargs imports it for help that was rendered at build time.
export { width as default } from "./wrap.ts";
