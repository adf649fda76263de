import { Search } from "@/domain/search/input";
import { requires, router } from "../trpc/init";
import { find } from "./queries";

export const searchRouter = router({
  find: requires("search.read")
    .input(Search)
    .query(({ ctx, input }) => find(ctx, input)),
});
