import { BranchFilter, DeleteBranch, ListBranches, RestoreBranch } from "@/domain/branches/input";
import { requires, router } from "../trpc/init";
import { deleteBranch, restoreBranch } from "./delete";
import { countBranches, listBranches } from "./queries";

export const branchesRouter = router({
  list: requires("repositories.read")
    .input(ListBranches)
    .query(({ ctx, input }) => listBranches(ctx, input)),
  count: requires("repositories.read")
    .input(BranchFilter)
    .query(({ ctx, input }) => countBranches(ctx, input)),
  delete: requires("branches.delete")
    .input(DeleteBranch)
    .mutation(({ ctx, input }) => deleteBranch(ctx, input)),
  restore: requires("branches.delete")
    .input(RestoreBranch)
    .mutation(({ ctx, input }) => restoreBranch(ctx, input)),
});
