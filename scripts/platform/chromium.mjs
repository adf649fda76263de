import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";

const PLACES = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  win32: ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"],
};

const present = () => (PLACES[process.platform] ?? []).find((file) => fs.existsSync(file));

/** The path of a Chromium to test with: named, the system's, Debian's (installed when root), or Playwright's. */
export function findChromium({ say = console.log } = {}) {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (fs.existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, and there is no such file.`);
  }
  const found = present() ?? playwrights();
  if (found) return found;
  if (process.getuid?.() === 0 && fs.existsSync("/etc/debian_version")) {
    say("Installing Chromium (apt-get install chromium)…");
    if (aptGet("install", "-y", "chromium") || (aptGet("update") && aptGet("install", "-y", "chromium"))) {
      const installed = present();
      if (installed) return installed;
    }
  }
  throw new Error(
    "The browser tests need a Chromium and find none. Install one (Debian: apt-get install chromium), " +
      "run npx playwright install chromium, or set CHROMIUM_PATH.",
  );
}

function playwrights() {
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  const file = chromium.executablePath();
  return file && fs.existsSync(file) ? file : undefined;
}

function aptGet(...args) {
  try {
    execFileSync("apt-get", args, {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    return true;
  } catch {
    return false;
  }
}
