import http from "node:http";
import { startInstallation } from "./installation";
import { alternate, figureOf, giveUp, report, samplesAsked } from "./measure";
import { cookiesOf, givenManySlots } from "./portfolio";

const READERS = 50;
const REFRESHES = 4;
const LIMIT = 1.34;

/**
 * concurrency.refresh: 50 readers, each with a session of their own, whose tabs refresh what the inbox shows at once, as a live
 * event has them do, against the same 50 asking for the signed-in page that shows nothing (/about). Time for the same number of answers: rates, inverted.
 */
async function main(): Promise<void> {
  const installation = await startInstallation({ demonstration: true });
  try {
    await givenManySlots(installation);
    const cookies = await cookiesOf(installation, READERS);
    const input = encodeURIComponent(JSON.stringify({ 0: { json: { view: "all" } } }));
    const inbox = `/api/trpc/promotions.list,promotions.waiting?batch=1&input=${input}`;
    const all = (path: string) => everybody(installation.origin, path, cookies);
    await all("/about");
    await all(inbox);
    const rounds = await alternate(
      samplesAsked(),
      () => all("/about"),
      () => all(inbox),
    );
    report(figureOf("concurrency.refresh", LIMIT, rounds), rounds);
  } finally {
    await installation.stop();
  }
}

/** Milliseconds until every reader has had every answer, each over a connection of their own. */
async function everybody(origin: string, path: string, cookies: readonly string[]): Promise<number> {
  const began = performance.now();
  await Promise.all(
    cookies.map(async (cookie) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      for (let n = 0; n < REFRESHES; n++) {
        const status = await new Promise<number>((resolve, reject) => {
          http
            .get(`${origin}${path}`, { agent, headers: { cookie, "accept-encoding": "gzip" } }, (answer) => {
              answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
            })
            .on("error", reject);
        });
        if (status !== 200) throw new Error(`${path} answered ${status}.`);
      }
      agent.destroy();
    }),
  );
  return performance.now() - began;
}

await main().catch(giveUp);
