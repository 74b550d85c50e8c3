// All figures, or those named: program, plan, exec, sandbox, verdict, follow, restore, window, journals. Usage:
// npm run bench [-- NAME …], on a machine that does nothing else.
const named = process.argv.slice(2);
for (const name of ["program", "plan", "exec", "sandbox", "verdict", "follow", "restore", "window", "journals"]) {
  if (named.length === 0 || named.includes(name)) await import(`./${name}.mjs`);
}
