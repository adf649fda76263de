import { csvCell } from "@/domain/audit/payload";
import { change } from "../audit/change";
import type { Context } from "../context";
import { type ClientsFilter, listClients } from "./queries";

const HEAD = [
  "client",
  "key",
  "components",
  "live slots",
  "slots",
  "last deployment at",
  "last component",
  "last version",
  "retired at",
];

/** The clients of a filter. The trail says who took them away. */
export async function clientsCsv(ctx: Context, { search, isRetiredShown }: ClientsFilter): Promise<string> {
  const filter = { isRetiredShown, ...(search ? { search } : {}) };
  await change(ctx, async (c) => {
    c.audit({
      action: "clients.exported",
      subject: { type: "clients", id: "clients", label: "Clients" },
      after: { filter },
    });
  });
  const rows: (string | number | null)[][] = [];
  for (let page = 1; ; page++) {
    const { items, pages } = await listClients(ctx, { ...filter, page });
    rows.push(
      ...items.map((row) => [
        row.name,
        row.key,
        row.subscriptionCount,
        row.liveCount,
        row.slotCount,
        row.lastDeployment?.at.toISOString() ?? null,
        row.lastDeployment?.component ?? null,
        row.lastDeployment?.version ?? null,
        row.retiredAt?.toISOString() ?? null,
      ]),
    );
    if (page >= pages) break;
  }
  return [HEAD, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}
