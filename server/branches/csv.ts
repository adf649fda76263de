import { csvCell } from "@/domain/audit/payload";
import type { ListBranches } from "@/domain/branches/input";
import { change } from "../audit/change";
import type { Context } from "../context";
import { listBranches } from "./queries";

const PAGE = 200;
const MAX_ROWS = 50_000;
const HEAD = [
  "repository",
  "branch",
  "kind",
  "head",
  "base",
  "ahead",
  "behind",
  "last commit",
  "owner",
  "pull request",
  "checks",
  "work item",
  "marks",
];

type Filter = Omit<ListBranches, "limit" | "cursor">;

/** The rows of a filter as a file. Who takes it away, and by which filter, is in the trail before the first row leaves. */
export async function exportBranches(ctx: Context, filter: Filter): Promise<AsyncGenerator<string>> {
  const first = await listBranches(ctx, { ...filter, limit: PAGE });
  await change(ctx, async (c) => {
    c.audit({
      action: "branches.exported",
      subject: { type: "branches", id: "branches", label: "Branches" },
      after: { filter },
    });
  });
  return branchesCsv(ctx, filter, first);
}

type Page = Awaited<ReturnType<typeof listBranches>>;

/** Page by page; at most 50 000 rows, which the last line then says. */
async function* branchesCsv(ctx: Context, filter: Filter, first: Page): AsyncGenerator<string> {
  yield `${HEAD.join(",")}\r\n`;
  let page = first;
  for (let count = 0; count < MAX_ROWS; count += PAGE) {
    if (page.items.length > 0) yield page.items.map(lineOf).join("");
    if (page.next === null) return;
    page = await listBranches(ctx, { ...filter, limit: PAGE, cursor: page.next });
  }
  yield `# only the first ${MAX_ROWS} rows are here: choose a narrower filter for the rest\r\n`;
}

function lineOf(row: Page["items"][number]): string {
  const marks = [
    row.isStale ? "stale" : "",
    row.isMerged ? "merged" : "",
    row.isNameValid ? "" : "misnamed",
    row.isProtected ? "protected" : "",
    row.deletion ? `deleted ${row.deletion.at.toISOString()}` : "",
  ];
  const cells = [
    row.repositoryKey,
    row.name,
    row.kind,
    row.headSha,
    row.baseName,
    row.ahead,
    row.behind,
    row.lastCommitAt.toISOString(),
    row.lastPusherName ?? row.lastCommitAuthorName,
    row.pullRequest ? `#${row.pullRequest.number}` : "",
    row.run?.state ?? null,
    row.workItem?.key ?? null,
    marks.filter(Boolean).join(" "),
  ];
  return `${cells.map(csvCell).join(",")}\r\n`;
}
