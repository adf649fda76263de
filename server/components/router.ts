import { AddComponent, RenameComponent, RetireComponent } from "@/domain/catalog/input";
import { requires, router } from "../trpc/init";
import { addComponent, renameComponent, retireComponent } from "./commands";

export const componentsRouter = router({
  add: requires("catalog.edit")
    .input(AddComponent)
    .mutation(({ ctx, input }) => addComponent(ctx, input)),
  rename: requires("catalog.edit")
    .input(RenameComponent)
    .mutation(({ ctx, input }) => renameComponent(ctx, input)),
  retire: requires("catalog.edit")
    .input(RetireComponent)
    .mutation(({ ctx, input }) => retireComponent(ctx, input)),
});
