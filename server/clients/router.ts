import {
  AddClient,
  EndSubscription,
  GetClient,
  ListClients,
  RenameClient,
  RetireClient,
  Subscribe,
} from "@/domain/catalog/input";
import { requires, router } from "../trpc/init";
import { addClient, endSubscription, renameClient, retireClient, subscribe } from "./commands";
import { getClient, listClients } from "./queries";

export const clientsRouter = router({
  list: requires("catalog.read")
    .input(ListClients)
    .query(({ ctx, input }) => listClients(ctx, input)),
  get: requires("catalog.read")
    .input(GetClient)
    .query(({ ctx, input }) => getClient(ctx, input)),
  add: requires("catalog.edit")
    .input(AddClient)
    .mutation(({ ctx, input }) => addClient(ctx, input)),
  rename: requires("catalog.edit")
    .input(RenameClient)
    .mutation(({ ctx, input }) => renameClient(ctx, input)),
  retire: requires("catalog.edit")
    .input(RetireClient)
    .mutation(({ ctx, input }) => retireClient(ctx, input)),
  subscribe: requires("catalog.edit")
    .input(Subscribe)
    .mutation(({ ctx, input }) => subscribe(ctx, input)),
  endSubscription: requires("catalog.edit")
    .input(EndSubscription)
    .mutation(({ ctx, input }) => endSubscription(ctx, input)),
});
