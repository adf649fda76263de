import type { ListAudit } from "@/domain/audit/input";
import { csvCell } from "@/domain/audit/payload";
import type { Context } from "../context";
import { change } from "./change";
import { listAudit } from "./queries";

const PAGE = 200;
const MAX_ROWS = 20_000;
const HEAD = [
  "sequence",
  "at",
  "actor",
  "action",
  "subject type",
  "subject",
  "subject id",
  "product",
  "payload",
  "hash",
];

type Filter = Omit<ListAudit, "limit">;

/** The rows of a filter as a file. Who takes it away, and by which filter, is in the trail before the first row leaves. */
export async function exportAudit(ctx: Context, filter: Filter): Promise<AsyncGenerator<string>> {
  await change(ctx, async (c) => {
    c.audit({
      action: "audit.exported",
      subject: { type: "audit", id: "audit", label: "Audit trail" },
      after: { filter },
    });
  });
  // Before the answer begins: what fails here can still be told.
  const first = await listAudit(ctx, { ...filter, limit: PAGE });
  return auditCsv(ctx, filter, first);
}

type Page = Awaited<ReturnType<typeof listAudit>>;

/** Newest first, page by page; at most 20 000 rows, which the last line then says. */
async function* auditCsv(ctx: Context, filter: Filter, first: Page): AsyncGenerator<string> {
  yield `${HEAD.join(",")}\r\n`;
  let page = first;
  for (let count = PAGE; ; count += PAGE) {
    if (page.items.length > 0) yield page.items.map(lineOf).join("");
    if (page.next === null) return;
    if (count >= MAX_ROWS) break;
    page = await listAudit(ctx, { ...filter, limit: PAGE, before: page.next });
  }
  yield `# only the newest ${MAX_ROWS} rows are here: choose an earlier last day for the rest\r\n`;
}

function lineOf(row: Page["items"][number]): string {
  const cells = [
    row.sequence,
    row.at.toISOString(),
    row.actorName,
    row.action,
    row.subjectType,
    row.subjectLabel,
    row.subjectId,
    row.productName,
    row.payload,
    row.hash,
  ];
  return `${cells.map(csvCell).join(",")}\r\n`;
}
