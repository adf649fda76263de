import { AddProduct, GetProduct, ReadCatalog, RenameProduct } from "@/domain/catalog/input";
import { requires, router } from "../trpc/init";
import { readCatalog } from "./catalog";
import { addProduct, renameProduct } from "./commands";
import { getProduct, listProducts } from "./queries";

export const productsRouter = router({
  list: requires("catalog.read").query(({ ctx }) => listProducts(ctx)),
  /** Products with their repositories and components. */
  catalog: requires("catalog.read")
    .input(ReadCatalog)
    .query(({ ctx, input }) => readCatalog(ctx, input)),
  get: requires("catalog.read")
    .input(GetProduct)
    .query(({ ctx, input }) => getProduct(ctx, input)),
  add: requires("catalog.edit")
    .input(AddProduct)
    .mutation(({ ctx, input }) => addProduct(ctx, input)),
  rename: requires("catalog.edit")
    .input(RenameProduct)
    .mutation(({ ctx, input }) => renameProduct(ctx, input)),
});
