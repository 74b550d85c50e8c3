// All figures, or those named: program, plan, rounds, exec, sandbox, verdict, follow, restore, window, journals, append, lint, prove,
// executable. Usage:
// npm run bench [-- NAME …], on a machine that does nothing else.
const named = process.argv.slice(2);
const ALL = [
  "program",
  "plan",
  "rounds",
  "exec",
  "sandbox",
  "verdict",
  "follow",
  "restore",
  "window",
  "journals",
  "append",
  "lint",
  "prove",
  "executable",
];
for (const name of ALL) {
  if (named.length === 0 || named.includes(name)) await import(`./${name}.mjs`);
}
