import { clientsInput, readClientsSearch } from "@/components/clients/clients-search";
import { clientsCsv } from "@/server/clients/csv";
import { fileRoute } from "@/server/http/file-route";

/** The clients of a filter as a file: the same rows as on the page, by the same scope. */
export const GET = fileRoute("catalog.read", async (ctx, { search }) => ({
  name: "clearway-clients.csv",
  type: "text/csv",
  content: await clientsCsv(ctx, clientsInput(readClientsSearch(search))),
}));
