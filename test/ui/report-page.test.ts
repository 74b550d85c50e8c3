import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { has } from "../support/process.ts";
import { sample } from "../support/sample.ts";

/** 961 px: the narrowest page whose tables are tables. */
const WIDTHS = [1200, 961, 400];
const SCHEMES = ["light", "dark"] as const;
const PAGES = ["rollback", "cutover", "maintenance"];
const CASES = PAGES.flatMap((name) =>
  WIDTHS.flatMap((width) => SCHEMES.map((scheme) => [name, width, scheme] as const)),
);

const isHere = has("chromium");
const why = isHere ? "" : " (skipped: chromium is not installed)";

describe.skipIf(!isHere)(`the report as a page in a browser${why}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());

  it.each(sample(CASES, 6))("%s at %i px, %s", async (name, width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const address = `file://${join(import.meta.dirname, "../golden/reports", `${name}.html`)}`;
    await page.goto(address);
    expect([requests, complaints]).toEqual([[address], []]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await tooFaint(page)).toEqual([]);
    // The style is the page's own: had the policy refused it, the text would have the browser's size.
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")).toBe("24px");
    await page.close();
  });
});

/** Texts whose contrast with what is behind them is below 4.5, by WCAG 2.1. */
function tooFaint(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const channel = (value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const color = rgb(getComputedStyle(at).backgroundColor);
        if (color.length === 3 || color[3] > 0) return color;
      }
      return [255, 255, 255];
    };
    const texts = [...document.querySelectorAll("body *:not(title)")].filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ""));
    return texts.flatMap((element) => {
      const style = getComputedStyle(element);
      const front = luminance(rgb(element instanceof SVGElement ? style.fill : style.color));
      const back = luminance(behind(element));
      const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      return contrast >= 4.5 ? [] : [element.textContent.slice(0, 40) + " " + contrast.toFixed(2)];
    });
  })()`);
}
