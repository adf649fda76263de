import { readReleasesSearch, releasesInput } from "@/components/releases/releases-search";
import { fileRoute } from "@/server/http/file-route";
import { exportReleases } from "@/server/releases/csv";

/** The releases of a filter as a file: the same rows as on the page, by the same scope. */
export const GET = fileRoute("releases.read", async (ctx, { search }) => {
  const { limit: _, before: __, ...filter } = releasesInput(readReleasesSearch(search));
  return { name: "clearway-releases.csv", type: "text/csv", content: await exportReleases(ctx, filter) };
});
