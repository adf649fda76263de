import { requires, router } from "../trpc/init";
import { listProducts } from "./queries";

export const productsRouter = router({
  list: requires("catalog.read").query(({ ctx }) => listProducts(ctx)),
});
