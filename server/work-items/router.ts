import { GetWorkItem, ListWorkItems } from "@/domain/work-items/input";
import { requires, router } from "../trpc/init";
import { getWorkItem, listWorkItems } from "./queries";

export const workItemsRouter = router({
  list: requires("workItems.read")
    .input(ListWorkItems)
    .query(({ ctx, input }) => listWorkItems(ctx, input)),
  get: requires("workItems.read")
    .input(GetWorkItem)
    .query(({ ctx, input }) => getWorkItem(ctx, input)),
});
