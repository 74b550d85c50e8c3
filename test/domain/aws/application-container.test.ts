import { describe, expect, it } from "vitest";
import {
  type ContainerFacts,
  type ContainerQuestion,
  chooseContainer,
  explainChoice,
  repositoryOf,
} from "../../../src/domain/aws/application-container.ts";

const ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
const APP: ContainerFacts = { name: "app", image: `${ECR}/vulcan:1.42.0` };
const ENVOY: ContainerFacts = { name: "envoy", image: "envoyproxy/envoy:v1.31" };
const TWIN: ContainerFacts = { name: "twin", image: `${ECR}/vulcan@sha256:0123` };

const behind = (...names: string[]) => names.map((container) => ({ targetGroup: "arn", container, port: 8080 }));

const choose = (containers: readonly ContainerFacts[], more: Partial<ContainerQuestion> = {}) => {
  const choice = chooseContainer({ balancers: [], containers, ...more });
  return choice.kind === "certain" ? choice.name : choice.kind;
};

describe("the application's container", () => {
  it.each<[string, readonly ContainerFacts[], Partial<ContainerQuestion>, string]>([
    ["the one that is named, whatever else tells", [ENVOY, APP], { named: "app", balancers: behind("envoy") }, "app"],
    ["none where the name is wrong", [APP], { named: "application" }, "absent"],
    ["the one that the load balancer names", [ENVOY, APP], { balancers: behind("app", "app") }, "app"],
    [
      "the one that the load balancer names, where no image tells",
      [ENVOY, { name: "web" }],
      { balancers: behind("web") },
      "web",
    ],
    ["uncertain where two are balanced", [ENVOY, APP], { balancers: behind("envoy", "app") }, "uncertain"],
    ["uncertain where a proxy gets the requests", [ENVOY, APP], { balancers: behind("envoy") }, "uncertain"],
    [
      "the one whose label says what it knows, behind a proxy",
      [ENVOY, { ...APP, labels: { "vulcan.migrations": "8" } }],
      { balancers: behind("envoy") },
      "app",
    ],
    [
      "uncertain where the label is of one that ends before the application starts",
      [{ name: "init", image: "init:1", essential: false, labels: { "vulcan.migrations": "8" } }, { name: "web" }],
      { balancers: behind("web") },
      "uncertain",
    ],
    [
      "uncertain where another one is of Vulcan's image, and the label only one's",
      [{ ...TWIN, labels: { "vulcan.migrations": "8" } }, APP],
      {},
      "uncertain",
    ],
    ["uncertain where the balanced one is not in this revision", [APP], { balancers: behind("web") }, "uncertain"],
    ["the only one", [ENVOY], {}, "envoy"],
    [
      "the only essential one of Vulcan's image, wherever it stands",
      [ENVOY, { ...TWIN, essential: false }, APP],
      {},
      "app",
    ],
    [
      "the one with a label of Vulcan's",
      [ENVOY, { name: "web", image: "web:1", labels: { "vulcan.migrations": "8" } }],
      {},
      "web",
    ],
    ["uncertain where two are of Vulcan's image", [TWIN, APP], {}, "uncertain"],
    ["uncertain where no image tells", [ENVOY, { name: "web", image: "web:1" }], {}, "uncertain"],
    ["uncertain where there is none", [], {}, "uncertain"],
  ])("is %s", (_name, containers, more, expected) => {
    expect(choose(containers, more)).toBe(expected);
  });

  it("is asked for with the names of all", () => {
    const containers = [ENVOY, TWIN, APP];
    expect(explainChoice(chooseContainer({ balancers: [], containers }))).toContain("(envoy, twin, app)");
    expect(explainChoice(chooseContainer({ named: "x", balancers: [], containers }))).toBe(
      "there is no container x, only envoy, twin, app",
    );
  });

  it.each([
    ["vulcan", "vulcan"],
    ["localhost:5000/vulcan", "localhost:5000/vulcan"],
    ["localhost:5000/vulcan:1.42", "localhost:5000/vulcan"],
    ["a/vulcan:1.42@sha256:01", "a/vulcan"],
  ])("%s is of the repository %s", (image, repository) => {
    expect(repositoryOf(image)).toBe(repository);
  });
});
