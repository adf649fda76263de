import { branchesInput, readBranchesSearch } from "@/components/branches/branches-search";
import { exportBranches } from "@/server/branches/csv";
import { fileRoute } from "@/server/http/file-route";

/** The branches of a filter as a file: the same rows as on the page, by the same scope, in the same order. */
export const GET = fileRoute("repositories.read", async (ctx, { search }) => {
  const { limit: _, ...filter } = branchesInput(readBranchesSearch(search));
  return { name: "clearway-branches.csv", type: "text/csv", content: await exportBranches(ctx, filter) };
});
