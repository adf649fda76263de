import { csvCell } from "@/domain/audit/payload";
import type { ListClients } from "@/domain/catalog/input";
import { change } from "../audit/change";
import type { Context } from "../context";
import { listClients } from "./queries";

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
export async function clientsCsv(ctx: Context, filter: ListClients): Promise<string> {
  await change(ctx, async (c) => {
    c.audit({
      action: "clients.exported",
      subject: { type: "clients", id: "clients", label: "Clients" },
      after: { filter },
    });
  });
  const { items } = await listClients(ctx, filter);
  const rows = items.map((row) => [
    row.name,
    row.key,
    row.subscriptionCount,
    row.liveCount,
    row.slotCount,
    row.lastDeployment?.at.toISOString() ?? null,
    row.lastDeployment?.component ?? null,
    row.lastDeployment?.version ?? null,
    row.retiredAt?.toISOString() ?? null,
  ]);
  return [HEAD, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}
