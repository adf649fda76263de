// npm run shots: every page as a picture, wide and on a phone, light and dark, in .shots/.
// Of a running instance with --url=http://127.0.0.1:3000, else of one that is started for it.
// --only=promotions,sign-in takes some; --out=DIRECTORY puts them elsewhere.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "@playwright/test";
import { findChromium } from "./platform/chromium.mjs";
import { projectDir } from "./platform/files.mjs";
import { PAGES } from "./shots/pages.mjs";

const option = (name) =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) || undefined;
const only = option("only")?.split(",");
const directory = path.resolve(option("out") ?? path.join(projectDir, ".shots"));

const SCREENS = [
  { name: "wide", viewport: { width: 1440, height: 900 } },
  { name: "phone", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
];
const THEMES = ["light", "dark"];
/** Higher pages are cut: nobody looks at the rest. */
const MAX_HEIGHT = 2600;

/** A demonstration of its own that leaves nothing behind. */
async function startInstance() {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-shots-"));
  fs.chmodSync(dataDir, 0o711);
  const env = {
    ...process.env,
    CLEARWAY_DATA_DIR: dataDir,
    CLEARWAY_DEMO: "1",
    DATABASE_URL: "",
    PORT: "3900",
  };
  const launcher = spawn(process.execPath, [path.join(projectDir, "scripts/start.mjs")], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = async () => {
    const ended = new Promise((resolve) => launcher.once("close", resolve));
    if (launcher.exitCode === null && launcher.kill("SIGINT")) await ended;
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  const url = await new Promise((resolve, reject) => {
    let told = "";
    launcher.stdout.on("data", (chunk) => {
      told += chunk;
      process.stdout.write(chunk);
      const ready = /ready at (http:\S+)/.exec(told);
      if (ready) resolve(ready[1]);
    });
    launcher.once("close", () => reject(new Error("It did not start.")));
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, stop };
}

async function signIn(page, url, name) {
  await page.goto(`${url}/sign-in`);
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.waitForURL((address) => address.pathname !== "/sign-in");
}

/** What is still being fetched is waited for; a picture of placeholders says nothing. */
async function settle(page) {
  await page.locator("main").first().waitFor();
  await page.waitForFunction(() => document.querySelector("main [aria-label=Loading]") === null);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(
    () => performance.getEntriesByType("navigation").length > 0 && document.readyState === "complete",
  );
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".recharts-responsive-container")].every((chart) =>
      chart.querySelector("svg path"),
    ),
  );
}

async function photograph(page, url, wanted, file, viewport) {
  await page.setViewportSize(viewport);
  const goTo = async (address) => {
    await page.goto(new URL(address, url).href);
    await settle(page);
    return true;
  };
  const isThere = wanted.open ? await wanted.open(page, goTo) : await goTo(wanted.path);
  if (isThere === false) return false;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({
    ...viewport,
    height: Math.min(Math.max(height, viewport.height), MAX_HEIGHT),
  });
  // What is drawn to measure is drawn again.
  if (height > viewport.height) await settle(page);
  await page.screenshot({ path: file, animations: "disabled" });
  return true;
}

async function takeAll(browser, url) {
  const chosen = PAGES.filter((page) => !only || only.includes(page.name));
  const missing = new Set();
  for (const { name: screen, viewport, ...device } of SCREENS) {
    for (const colorScheme of THEMES) {
      const look = { viewport, colorScheme, locale: "en-GB", timezoneId: "Europe/Berlin", ...device };
      for (const as of new Set(chosen.map((page) => page.as))) {
        const context = await browser.newContext({ ...look, reducedMotion: "reduce" });
        const page = await context.newPage();
        if (as) await signIn(page, url, as);
        for (const wanted of chosen.filter((one) => one.as === as)) {
          const file = path.join(directory, `${wanted.name}-${screen}-${colorScheme}.png`);
          if (!(await photograph(page, url, wanted, file, viewport))) missing.add(wanted.name);
        }
        await context.close();
      }
    }
  }
  for (const name of missing) console.log(`${name}: the demonstration has none now.`);
  return (chosen.length - missing.size) * SCREENS.length * THEMES.length;
}

const given = option("url");
let instance;
let browser;
try {
  instance = given ? { url: given.replace(/\/+$/, ""), stop: async () => {} } : await startInstance();
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  fs.mkdirSync(directory, { recursive: true });
  const count = await takeAll(browser, instance.url);
  console.log(`${count} pictures in ${directory}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser?.close();
  await instance?.stop();
}
