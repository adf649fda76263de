import { chromium } from "@playwright/test";
import { findChromium } from "../scripts/platform/chromium.mjs";
import type { Installation } from "./installation";
import type { Payments } from "./payments";

export type Tab = {
  /** Opens the card, clicks on Approve there, and gives the milliseconds until the card shows the merge. */
  approve: (number: number) => Promise<number>;
  close: () => Promise<void>;
};

/** Clicks and looks from inside the page: what Playwright needs to talk to it is not ours. Text, since tsx would change it. */
const CLICK_AND_WATCH = `new Promise((resolve, reject) => {
  const isMerged = () => [...document.querySelectorAll("span")].some((one) => one.textContent === "merged");
  const observer = new MutationObserver(() => {
    if (!isMerged()) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - began));
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  setTimeout(() => reject(new Error("The card never showed the merge.")), 10_000);
  const began = performance.now();
  [...document.querySelectorAll("button")].find((one) => one.textContent.startsWith("Approve")).click();
})`;

/** A signed-in tab of a real browser. */
export async function openTab({ origin }: Installation, { cookies }: Payments): Promise<Tab> {
  const browser = await chromium.launch({
    executablePath: findChromium({ say: (line) => console.error(line) }),
    args: ["--no-sandbox"],
  });
  const context = await browser.newContext();
  const [name = "", value = ""] = cookies.peer.split("=");
  await context.addCookies([{ name, value, url: origin }]);
  const page = await context.newPage();

  async function approve(number: number): Promise<number> {
    const live = page.waitForResponse((answer) => answer.url().includes("live.events"));
    await page.goto(`${origin}/promotions/${number}`);
    await page.getByRole("button", { name: "Approve" }).waitFor();
    await live;
    return page.evaluate<number>(CLICK_AND_WATCH);
  }
  return { approve, close: () => browser.close() };
}
