/** CPU time that this process has used (ms). What shares the machine with it hardly changes that, as it would the clock. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
