import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { runOf } from "../../src/domain/upgrade/pipeline.ts";
import { createPipelineReads } from "../../src/pipeline/github-actions.ts";
import { RUN } from "../actions/upgrade/moments.ts";

const SETTINGS = { githubRepository: "acme/vulcan", workflow: "deploy.yml", tokenFromEnv: "DEPLOY_TOKEN" };
const TOKEN = "ghp_secret";

let server: Server | undefined;
afterEach(() => server?.close());

/** GitHub, as far as it is asked: what it was asked, and the environment that leads there. */
async function github(answer: (response: ServerResponse) => void) {
  const asked: { readonly url: string | undefined; readonly token: string | undefined }[] = [];
  server = createServer(({ url, headers }, response) => {
    asked.push({ url, token: headers.authorization });
    answer(response);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { asked, env: { GITHUB_API_URL: `http://127.0.0.1:${port}`, DEPLOY_TOKEN: TOKEN } };
}

const json = (response: ServerResponse, body: unknown) => response.end(JSON.stringify(body));

it("reads the runs by the documented request, with the token in a header alone", async () => {
  const run = {
    run_number: 812,
    head_sha: RUN.sha,
    head_branch: "main",
    status: "completed",
    conclusion: "success",
    created_at: "2026-04-10T03:28:20Z",
    run_started_at: "2026-04-10T03:28:30Z",
    updated_at: "2026-04-10T03:33:20Z",
    html_url: RUN.url,
  };
  const odd = [{ ...run, head_sha: "x" }, { ...run, created_at: "yesterday" }, null, 7];
  const { asked, env } = await github((response) => json(response, { total_count: 1, workflow_runs: [run, ...odd] }));
  expect(await createPipelineReads(SETTINGS, env).runs()).toEqual({ visible: true, value: [RUN] });
  expect(asked).toEqual([
    { url: "/repos/acme/vulcan/actions/workflows/deploy.yml/runs?per_page=10", token: `Bearer ${TOKEN}` },
  ]);
});

it.each<[string, (response: ServerResponse) => void, string]>([
  ["a token that is not valid", (one) => one.writeHead(401).end(), "GitHub answered 401: the token is not valid"],
  [
    "the rate limit",
    (one) => one.writeHead(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1775793600" }).end(),
    "GitHub's rate limit is reached until 04:00Z",
  ],
  ["no right", (one) => one.writeHead(403).end(), "GitHub answered 403"],
  [
    "nothing there",
    (one) => one.writeHead(404).end(),
    "GitHub answered 404: no such workflow, or the token may not see it",
  ],
  [
    "a redirect, which is not followed",
    (one) => one.writeHead(302, { location: "http://x.invalid" }).end(),
    "GitHub answered 302",
  ],
  ["HTML", (one) => one.end("<html>"), "GitHub did not answer with a list of runs"],
  ["a connection that breaks", (one) => one.destroy(), "GitHub cannot be reached (ECONNRESET)"],
])("%s is not visible, and says why", async (_, answer, why) => {
  const { env } = await github(answer);
  const found = await createPipelineReads(SETTINGS, env).runs();
  expect(found).toEqual({ visible: false, why });
  expect(JSON.stringify(found)).not.toContain(TOKEN);
});

it("without the token, or with another address than https, nothing is asked", async () => {
  const { asked, env } = await github((response) => json(response, {}));
  const whyOf = async (change: NodeJS.ProcessEnv) => createPipelineReads(SETTINGS, { ...env, ...change }).runs();
  expect(await whyOf({ DEPLOY_TOKEN: "" })).toEqual({ visible: false, why: "DEPLOY_TOKEN is not set" });
  expect(await whyOf({ GITHUB_API_URL: "http://x.invalid" })).toMatchObject({ why: "GITHUB_API_URL is no https URL" });
  expect(asked).toEqual([]);
});

it("the run of an image is that of the commit in its tag, else the newest before the deployment", () => {
  const other = { ...RUN, number: 813, sha: "f".repeat(40), createdAt: "2026-04-10T03:39:00.000Z" };
  const later = { ...RUN, number: 814, sha: "e".repeat(40), createdAt: "2026-04-10T03:45:00.000Z" };
  const runs = [later, other, RUN];
  const began = "2026-04-10T03:40:00.000Z";
  expect(runOf(runs, "r/vulcan:a1b2c3d", began)?.number).toBe(812);
  expect(runOf(runs, "r/vulcan:main-a1b2c3d4e5f6", began)?.number).toBe(812);
  expect(runOf(runs, "r/vulcan:2.0.0", began)?.number).toBe(813);
  expect(runOf([later], "r/vulcan:2.0.0", began)).toBeUndefined();
});
