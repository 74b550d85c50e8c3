import { afterAll, vi } from "vitest";

const before = { ...process.env };
const folder = process.cwd();

// Files share a process: what one of them sets is not the next one's. A hook that is added first runs last.
afterAll(() => {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  process.chdir(folder);
});
