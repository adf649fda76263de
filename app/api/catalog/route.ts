import { ReadCatalog } from "@/domain/catalog/input";
import { invalid } from "@/domain/errors";
import { fileRoute } from "@/server/http/file-route";
import { catalogCsv } from "@/server/products/csv";

/** The catalogue of a filter as a file: the same rows as on the page, by the same scope. */
export const GET = fileRoute("catalog.read", async (ctx, { search }) => {
  const filter = ReadCatalog.safeParse(search);
  if (!filter.success) throw invalid("This is no filter of the catalogue.");
  return { name: "clearway-catalog.csv", type: "text/csv", content: await catalogCsv(ctx, filter.data) };
});
