import { csvCell } from "@/domain/audit/payload";
import type { ListReleases } from "@/domain/releases/input";
import { change } from "../audit/change";
import type { Context } from "../context";
import { listReleases } from "./queries";

const PAGE = 100;
const MAX_ROWS = 10_000;
const HEAD = [
  "version",
  "repository",
  "product",
  "digest",
  "commit",
  "tree",
  "run",
  "sealed at",
  "runs in",
  "withdrawn at",
  "withdrawn because",
];

type Filter = Omit<ListReleases, "limit" | "before">;

/** The releases of a filter as a file: the same rows as on the page, by the same scope. An export is in the trail. */
export async function exportReleases(ctx: Context, filter: Filter): Promise<AsyncGenerator<string>> {
  await change(ctx, async (c) => {
    c.audit({
      action: "releases.exported",
      subject: { type: "releases", id: "releases", label: "Releases" },
      after: { filter },
    });
  });
  // Before the answer begins: what fails here can still be told.
  const first = await listReleases(ctx, { ...filter, limit: PAGE });
  return releasesCsv(ctx, filter, first);
}

type Page = Awaited<ReturnType<typeof listReleases>>;

async function* releasesCsv(ctx: Context, filter: Filter, first: Page): AsyncGenerator<string> {
  yield `${HEAD.join(",")}\r\n`;
  let page = first;
  for (let count = PAGE; ; count += PAGE) {
    if (page.releases.length > 0) yield page.releases.map(lineOf).join("");
    if (page.next === null) return;
    if (count >= MAX_ROWS) break;
    page = await listReleases(ctx, { ...filter, limit: PAGE, before: page.next });
  }
  yield `# only the newest ${MAX_ROWS} rows are here: choose a product or a sprint for the rest\r\n`;
}

function lineOf(release: Page["releases"][number]): string {
  const places = release.runsIn.map(
    ({ clientName, environmentName, componentKey }) =>
      `${componentKey} in ${clientName ? `${clientName} ` : ""}${environmentName}`,
  );
  const cells = [
    release.version,
    release.repositoryKey,
    release.productName,
    release.digest,
    release.sourceSha,
    release.treeOid,
    release.runNumber,
    release.sealedAt?.toISOString() ?? null,
    places.join("; "),
    release.withdrawnAt?.toISOString() ?? null,
    release.withdrawnReason,
  ];
  return `${cells.map(csvCell).join(",")}\r\n`;
}
