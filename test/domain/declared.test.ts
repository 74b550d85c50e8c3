import { describe, expect, it } from "vitest";
import { declaredAlerts } from "../../src/domain/alerts/declared.ts";
import { FORMS } from "../../src/domain/declared/declared.ts";
import { printedAs } from "../../src/domain/declared/printed.ts";
import { declaredSettings } from "../../src/domain/declared/settings.ts";
import { terraformOf } from "../../src/domain/declared/terraform.ts";
import { containerOf, serviceOf } from "../actions/support.ts";
import { TARGET } from "../support/sandbox-harness.ts";

const GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan-prod/6165a881cd424e42";
const PLACE = { region: "eu-west-1", intro: "Only what is missing." };

const alerts = declaredAlerts(
  {
    service: "arn:aws:ecs:eu-west-1:111122223333:service/vulcan-prod/vulcan-prod",
    topic: "arn:aws:sns:eu-west-1:111122223333:alerts",
    watched: [
      {
        name: "vulcan-ops-vulcan-prod.vulcan-prod-healthy-hosts-vulcan-prod",
        metric: "HealthyHostCount",
        thing: GROUP,
        balancers: [
          "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/vulcan-prod/50dc6c495c0c9188",
        ],
      },
      { name: "vulcan-ops-vulcan-prod.vulcan-prod-connections", metric: "DatabaseConnections", thing: "vulcan-prod" },
    ],
    hasRule: true,
    most: 200,
  },
  TARGET,
);

const { health: _, ...bare } = containerOf(42);
const everything = declaredSettings(
  {
    service: serviceOf(42, {
      minimumHealthyPercent: 50,
      maximumPercent: 150,
      breaker: { enabled: false, rollback: false },
      execEnabled: false,
    }),
    container: bare,
    database: {
      id: "vulcan-prod",
      status: "available",
      engine: "postgres 16.4",
      retentionDays: 0,
      deletionProtected: false,
    },
    drains: [{ arn: GROUP, seconds: 5 }],
  },
  TARGET,
);

describe.each(FORMS)("as %s", (form) => {
  it("the documented alerts", async () => {
    await expect(printedAs(form, alerts, PLACE)).toMatchFileSnapshot(`../golden/declared/alerts-${form}.txt`);
  });

  it("every documented setting that is missing, each with what applying it does", async () => {
    await expect(printedAs(form, everything, PLACE)).toMatchFileSnapshot(`../golden/declared/settings-${form}.txt`);
  });
});

it("a template of CloudFormation is JSON, and its names are letters and digits", () => {
  const { Resources } = JSON.parse(printedAs("cloudformation", alerts, PLACE)) as { Resources: object };
  expect(Object.keys(Resources)).toEqual(["DeploymentFailed", "HealthyHostsVulcanProd", "DatabaseConnections"]);
});

it("each effect says whether it deploys or stops anything, and backups from 0 days are an outage", () => {
  const effects = everything.map(({ effects: all }) => all.join(" "));
  expect(effects.filter((text) => !/DEPLOYMENT|OUTAGE|No deployment, no outage/.test(text))).toEqual([]);
  expect(effects.at(-1)).toContain("AN OUTAGE");
});

it("a text from outside is no template of Terraform", () => {
  const terraform = { type: "t", attributes: { name: `a"\${x}%{if}` } };
  expect(terraformOf([{ label: "l", effects: [], terraform, aws: [] }])).toContain('name = "a\\"$${x}%%{if}"');
});

it("what is as documented, or is not known, is not printed", () => {
  const documented = serviceOf(42, {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    breaker: { enabled: true, rollback: true },
    execEnabled: true,
  });
  const { minimumHealthyPercent: __, ...unknown } = documented;
  const drains = [{ arn: GROUP, seconds: 300 }];
  expect(declaredSettings({ service: documented, drains }, TARGET)).toEqual([]);
  expect(
    declaredSettings({ service: { ...unknown, breaker: { enabled: false, rollback: false } }, drains }, TARGET),
  ).toEqual([]);
});

it("a longer startPeriod of one's own stays", () => {
  const container = { ...bare, health: { interval: 5, timeout: 5, retries: 3, startPeriod: 300 } };
  const [found] = declaredSettings({ service: serviceOf(42), container, drains: [] }, TARGET).filter(
    ({ label }) => label === "task_health_check",
  );
  expect(JSON.stringify(found)).toContain('"StartPeriod":300');
});
