/** The machine's own time and timers, as they were before anything replaced them. */
export const real = {
  Date,
  now: Date.now,
  performanceNow: performance.now.bind(performance),
  setTimeout,
  clearTimeout,
  setImmediate,
};
