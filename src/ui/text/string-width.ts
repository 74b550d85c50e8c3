// Replaces the package of this name inside the bundle (build.mjs). That package compiles all emoji patterns when it is
// imported, which takes a quarter of a bare Node start. yargs imports it for help that the build has already rendered.
export { width as default } from "./wrap.ts";
