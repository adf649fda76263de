import { auditRouter } from "../audit/router";
import { environmentsRouter } from "../environments/router";
import { liveRouter } from "../live/router";
import { productsRouter } from "../products/router";
import { promotionsRouter } from "../promotions/router";
import { searchRouter } from "../search/router";
import { settingsRouter } from "../settings/router";
import { createCallerFactory, router } from "./init";

export const appRouter = router({
  audit: auditRouter,
  environments: environmentsRouter,
  live: liveRouter,
  products: productsRouter,
  promotions: promotionsRouter,
  search: searchRouter,
  settings: settingsRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
