// All figures, or those named: program, plan, exec, sandbox, verdict, follow, restore, window, journals, lint, prove,
// executable. Usage:
// npm run bench [-- NAME …], on a machine that does nothing else.
const named = process.argv.slice(2);
const ALL = [
  "program",
  "plan",
  "exec",
  "sandbox",
  "verdict",
  "follow",
  "restore",
  "window",
  "journals",
  "lint",
  "prove",
  "executable",
];
for (const name of ALL) {
  if (named.length === 0 || named.includes(name)) await import(`./${name}.mjs`);
}
