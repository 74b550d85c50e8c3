/** What sandboxes can be: each loads the sandbox, and only here. */
const load = () => import("../../sandbox/index.ts");

export const listScenarios = async () => (await load()).scenarios();
export const listTimings = async () => (await load()).timings();
export const listFaultKinds = async () => (await load()).faultKinds();
