import { loadParts } from "./load-parts.ts";

/** The build puts the name of the program's first file here. */
declare const PROGRAM: string;

// What `dist/main.js` is.
loadParts({ folder: import.meta.dirname, entry: PROGRAM, word: process.argv[2], env: process.env });
