import { ListBranches } from "@/domain/branches/input";
import { requires, router } from "../trpc/init";
import { listBranches } from "./queries";

export const branchesRouter = router({
  list: requires("repositories.read")
    .input(ListBranches)
    .query(({ ctx, input }) => listBranches(ctx, input)),
});
