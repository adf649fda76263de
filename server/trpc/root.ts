import { accessTokensRouter } from "../access-tokens/router";
import { auditRouter } from "../audit/router";
import { branchesRouter } from "../branches/router";
import { clientsRouter } from "../clients/router";
import { componentsRouter } from "../components/router";
import { environmentsRouter } from "../environments/router";
import { liveRouter } from "../live/router";
import { peopleRouter } from "../people/router";
import { pipelinesRouter } from "../pipelines/router";
import { policiesRouter } from "../policies/router";
import { productsRouter } from "../products/router";
import { promotionsRouter } from "../promotions/router";
import { pullRequestsRouter } from "../pull-requests/router";
import { releasesRouter } from "../releases/router";
import { repositoriesRouter } from "../repositories/router";
import { searchRouter } from "../search/router";
import { settingsRouter } from "../settings/router";
import { workItemsRouter } from "../work-items/router";
import { createCallerFactory, router } from "./init";

export const appRouter = router({
  audit: auditRouter,
  workItems: workItemsRouter,
  repositories: repositoriesRouter,
  pullRequests: pullRequestsRouter,
  people: peopleRouter,
  pipelines: pipelinesRouter,
  branches: branchesRouter,
  clients: clientsRouter,
  components: componentsRouter,
  accessTokens: accessTokensRouter,
  environments: environmentsRouter,
  live: liveRouter,
  policies: policiesRouter,
  products: productsRouter,
  promotions: promotionsRouter,
  releases: releasesRouter,
  search: searchRouter,
  settings: settingsRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
