/** What a sandbox offers. The sandbox's code loads only when one of these is called. */
const load = () => import("../../sandbox/index.ts");

export const listScenarios = async () => (await load()).scenarios();
export const listTimings = async () => (await load()).timings();
export const listFaultKinds = async () => (await load()).faultKinds();
