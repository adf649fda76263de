import { type Browser, chromium } from "@playwright/test";
import { findChromium } from "../scripts/platform/chromium.mjs";

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium({ say: (line) => console.error(line) }),
    args: ["--no-sandbox"],
  });
}

/** Bytes of script on the wire, gzipped, from an empty cache until the network has been quiet. */
export async function bytesUntilIdle(browser: Browser, url: string, cookie: string | null): Promise<number> {
  const context = await browser.newContext();
  const [name = "", value = ""] = (cookie ?? "").split("=");
  if (cookie) await context.addCookies([{ name, value, url }]);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const scripts = new Set<string>();
  const encodings = new Set<string>();
  let bytes = 0;
  let lastAt = Date.now();
  await session.send("Network.enable");
  // Ours would be sent as brotli, which Next by itself does not know.
  await session.send("Network.setExtraHTTPHeaders", { headers: { "Accept-Encoding": "gzip" } });
  session.on("Network.responseReceived", ({ requestId, type, response: { headers } }) => {
    if (type !== "Script") return;
    scripts.add(requestId);
    encodings.add(headers["content-encoding"] ?? headers["Content-Encoding"] ?? "none");
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
    lastAt = Date.now();
  });
  await page.goto(url);
  // The live stream never ends, so "network idle" is half a second in which nothing finished.
  while (Date.now() - lastAt < 500) await new Promise((resolve) => setTimeout(resolve, 50));
  await context.close();
  if (encodings.has("br")) throw new Error("The browser was sent brotli: the two cannot be compared.");
  return bytes;
}
