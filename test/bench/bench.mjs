// All figures. Usage: npm run bench [-- ROUNDS], on a machine that does nothing else.
await import("./program.mjs");
await import("./sandbox.mjs");
