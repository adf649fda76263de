import { csvCell } from "@/domain/audit/payload";
import type { ReadCatalog } from "@/domain/catalog/input";
import { change } from "../audit/change";
import type { Context } from "../context";
import { readCatalog } from "./catalog";

const HEAD = [
  "product",
  "product key",
  "repository",
  "state",
  "component",
  "component name",
  "installed",
  "clients",
  "live slots",
  "slots",
  "retired at",
];

/** The catalogue of a filter, one line per component; a repository without one has a line of its own. The trail says who took it away. */
export async function catalogCsv(ctx: Context, filter: ReadCatalog): Promise<string> {
  await change(ctx, async (c) => {
    c.audit({
      action: "catalog.exported",
      subject: { type: "catalog", id: "catalog", label: "Catalog" },
      after: { filter },
    });
  });
  const { products } = await readCatalog(ctx, filter);
  const rows = products.flatMap((product) =>
    product.repositories.flatMap((repository) =>
      (repository.components.length > 0 ? repository.components : [null]).map((component) => [
        product.name,
        product.key,
        repository.key,
        repository.state,
        component?.key ?? null,
        component?.name ?? null,
        component?.scope ?? null,
        component?.clientCount ?? null,
        component?.liveCount ?? null,
        component?.slotCount ?? null,
        component?.retiredAt?.toISOString() ?? null,
      ]),
    ),
  );
  return [HEAD, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}
