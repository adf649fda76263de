import http from "node:http";
import { cpuOf, cpuOfPostgres } from "./cpu";
import { startEmptyApp } from "./empty-app";
import { startInstallation } from "./installation";
import { bytesUntilIdle, openBrowser } from "./javascript";
import { alternate, figureOf, giveUp, report, samplesAsked } from "./measure";
import { cookieOf, givenManySlots, waitingNumber } from "./portfolio";

/** CPU is counted in ticks of 10 ms: so many loads make some thirty of the lightest page. */
const LOADS = 120;
/** Until every connection of the pool has its plans. */
const FIRST_LOADS = 180;
const CPU_LIMIT = 2.5;
const JAVASCRIPT_LIMIT = 1.65;
const READER = "Marcus Oyelaran";

/**
 * page.<name>.node, page.<name>.postgres: CPU of loading a page, of the web process and of PostgreSQL apart, against the
 * signed-in page that shows nothing in the same shell (/about). All have been looked at before: what is read once is not counted.
 * page.javascript: gzipped bytes of script until the inbox is idle, against an empty page of the same Next.
 */
async function main(): Promise<void> {
  const installation = await startInstallation({ demonstration: true });
  try {
    const slots = await givenManySlots(installation);
    process.stderr.write(`${slots} slots\n`);
    const cookie = await cookieOf(installation, READER);
    const paths = {
      inbox: "/promotions?view=all",
      card: `/promotions/${await waitingNumber(installation)}`,
      matrix: "/environments",
    };
    for (const path of ["/about", ...Object.values(paths)])
      await load(installation.origin, path, cookie, FIRST_LOADS);
    for (const [name, path] of Object.entries(paths)) {
      const cpu = async (page: string) => {
        const [node, postgres] = [cpuOf(installation.webPid), cpuOfPostgres(installation.postgresPid)];
        await load(installation.origin, page, cookie, LOADS);
        return {
          node: cpuOf(installation.webPid) - node,
          postgres: cpuOfPostgres(installation.postgresPid) - postgres,
        };
      };
      const references: { node: number; postgres: number }[] = [];
      const rounds = await alternate(
        samplesAsked(),
        async () => {
          const used = await cpu("/about");
          references.push(used);
          return used.node;
        },
        () => cpu(path),
      );
      const node = rounds.map(({ reference, subject }) => ({ reference, subject: subject.node }));
      report(figureOf(`page.${name}.node`, CPU_LIMIT, node), node);
      const postgres = rounds.map(({ subject }, n) => ({
        reference: references[n + 1]?.postgres ?? Number.NaN,
        subject: subject.postgres,
      }));
      report(figureOf(`page.${name}.postgres`, CPU_LIMIT, postgres), postgres);
    }

    const browser = await openBrowser();
    const empty = await startEmptyApp();
    try {
      const rounds = await alternate(
        3,
        () => bytesUntilIdle(browser, `${empty.origin}/`, null),
        () => bytesUntilIdle(browser, `${installation.origin}/promotions`, cookie),
      );
      report(figureOf("page.javascript", JAVASCRIPT_LIMIT, rounds), rounds);
    } finally {
      await browser.close();
      await empty.stop();
    }
  } finally {
    await installation.stop();
  }
}

/** One after the other, over one connection, as whole documents. */
async function load(origin: string, path: string, cookie: string, times: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 0; n < times; n++) {
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { cookie, accept: "text/html", "accept-encoding": "gzip" };
      http
        .get(`${origin}${path}`, { agent, headers }, (answer) => {
          answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
        })
        .on("error", reject);
    });
    if (status !== 200) throw new Error(`${path} answered ${status}.`);
  }
  agent.destroy();
}

await main().catch(giveUp);
