import type { ProcedureMeta } from "./init";

/** Every procedure and the permission that lets one in. Reviewed by people; a test holds the code to it. */
export const PROCEDURE_ACCESS: Readonly<Record<string, ProcedureMeta["permission"]>> = {
  "accessTokens.create": "accessTokens.manage",
  "accessTokens.list": "accessTokens.manage",
  "accessTokens.revoke": "accessTokens.manage",
  "audit.list": "audit.read",
  "branches.list": "repositories.read",
  "environments.compare": "environments.read",
  "environments.matrix": "environments.read",
  "environments.slot": "environments.read",
  "live.events": "live.read",
  "pipelines.cancel": "pipelines.run",
  "pipelines.get": "pipelines.read",
  "pipelines.list": "pipelines.read",
  "pipelines.log": "pipelines.read",
  "pipelines.rerun": "pipelines.run",
  "pipelines.rerunJob": "pipelines.run",
  "pipelines.start": "pipelines.run",
  "products.list": "catalog.read",
  "promotions.cancel": "promotions.cancel",
  "promotions.changes": "promotions.read",
  "promotions.diff": "repositories.read",
  "promotions.get": "promotions.read",
  "promotions.list": "promotions.read",
  "promotions.requestDeployment": "promotions.request",
  "promotions.requestRollback": "rollbacks.request",
  "promotions.resolve": "promotions.resolve",
  "promotions.retry": "promotions.retry",
  "promotions.vote": "promotions.vote",
  "promotions.waiting": "promotions.read",
  "promotions.withdrawVote": "promotions.vote",
  "pullRequests.close": "pullRequests.close",
  "pullRequests.diff": "pullRequests.read",
  "pullRequests.get": "pullRequests.read",
  "pullRequests.list": "pullRequests.read",
  "pullRequests.markSeen": "pullRequests.read",
  "pullRequests.open": "pullRequests.open",
  "pullRequests.requestAgain": "pullRequests.open",
  "repositories.get": "repositories.read",
  "repositories.list": "repositories.read",
  "search.find": "search.read",
  "settings.get": "settings.read",
  "settings.setRunner": "settings.edit",
  "settings.shell": "signedIn",
  "workItems.get": "workItems.read",
  "workItems.list": "workItems.read",
};

/** Every route handler of the app and who may call it. The front serves /api/health and /git itself. */
export const ROUTE_ACCESS: Readonly<Record<string, string>> = {
  "app/api/artifacts/[artifactId]/route.ts": "pipelines.read",
  "app/api/auth/[...nextauth]/route.ts": "anyone: next-auth's own session endpoints",
  "app/api/demonstration/sign-in/route.ts": "anyone, in a demonstration only",
  "app/api/sign-out/route.ts": "anyone: ends one's own session",
  "app/api/trpc/[trpc]/route.ts": "each procedure's own permission",
  "app/schemas/pipeline.json/route.ts": "anyone: the published schema",
};

/** Every page and the permission it asks for in its first line. */
export const PAGE_ACCESS: Readonly<Record<string, string>> = {
  "app/(auth)/sign-in/page.tsx": "anyone",
  "app/(portal)/environments/page.tsx": "environments.read",
  "app/(portal)/environments/slots/[slotId]/page.tsx": "environments.read",
  "app/(portal)/page.tsx": "promotions.read",
  "app/(portal)/promotions/page.tsx": "promotions.read",
};
