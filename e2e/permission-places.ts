import type { Permission } from "@/domain/permissions";
import type { Row, Scope, Target } from "./permission-scopes";

/** Asked as a browser does for a document. `beyond`: 404 unless everybody may know that there is such a page. */
export type PageCell = {
  row: Row;
  path: (target: Target) => string;
  granted?: number;
  beyond?: number;
  /** For nobody: on to the sign-in page unless said. */
  anonymous?: { status: number; location?: string };
};

/** Pages cost more than procedures, whose data they show: these scopes, and the whole organisation where it is needed. */
export const PAGE_SCOPES: readonly Scope[] = ["ourProduct", "ourClient", "otherClient", "otherProduct"];

export const PAGE_CELLS: Readonly<Record<string, PageCell>> = {
  "app/(auth)/set-up/page.tsx": {
    row: "all",
    path: () => "/set-up",
    granted: 307,
    anonymous: { status: 307, location: "/" },
  },
  "app/(auth)/sign-in/page.tsx": {
    row: "all",
    path: () => "/sign-in",
    granted: 307,
    anonymous: { status: 200 },
  },
  "app/(portal)/about/page.tsx": { row: "all", path: () => "/about" },
  "app/(portal)/access-tokens/page.tsx": { row: "all", path: () => "/access-tokens" },
  "app/(portal)/audit/page.tsx": { row: "all", path: () => "/audit" },
  "app/(portal)/branches/page.tsx": { row: "all", path: () => "/branches" },
  "app/(portal)/catalog/[key]/page.tsx": { row: "product", path: (t) => `/catalog/${t.productKey}` },
  "app/(portal)/catalog/page.tsx": { row: "all", path: () => "/catalog" },
  "app/(portal)/clients/[key]/page.tsx": { row: "clientToRead", path: (t) => `/clients/${t.clientKey}` },
  "app/(portal)/clients/page.tsx": { row: "all", path: () => "/clients" },
  "app/(portal)/environments/manage/page.tsx": {
    row: "organisation",
    path: () => "/environments/manage",
    beyond: 403,
  },
  "app/(portal)/environments/page.tsx": { row: "all", path: () => "/environments" },
  "app/(portal)/environments/slots/[slotId]/page.tsx": {
    row: "slot",
    path: (t) => `/environments/slots/${t.slotId}`,
  },
  "app/(portal)/page.tsx": { row: "all", path: () => "/" },
  "app/(portal)/people/[personId]/page.tsx": { row: "person", path: (t) => `/people/${t.personId}` },
  "app/(portal)/people/me/page.tsx": { row: "all", path: () => "/people/me" },
  "app/(portal)/people/page.tsx": { row: "all", path: () => "/people" },
  "app/(portal)/pipelines/[number]/page.tsx": { row: "product", path: (t) => `/pipelines/${t.runNumber}` },
  "app/(portal)/pipelines/page.tsx": { row: "all", path: () => "/pipelines" },
  "app/(portal)/policies/[key]/page.tsx": { row: "all", path: (t) => `/policies/${t.policyKey}` },
  "app/(portal)/policies/page.tsx": { row: "all", path: () => "/policies" },
  "app/(portal)/promotions/[number]/page.tsx": {
    row: "slot",
    path: (t) => `/promotions/${t.promotionNumber}`,
  },
  "app/(portal)/promotions/page.tsx": { row: "all", path: () => "/promotions" },
  "app/(portal)/pull-requests/[number]/page.tsx": {
    row: "product",
    path: (t) => `/pull-requests/${t.pullRequestNumber}`,
  },
  "app/(portal)/pull-requests/new/page.tsx": { row: "all", path: () => "/pull-requests/new" },
  "app/(portal)/pull-requests/page.tsx": { row: "all", path: () => "/pull-requests" },
  "app/(portal)/releases/[repository]/[version]/page.tsx": {
    row: "product",
    path: (t) => `/releases/${t.repositoryKey}/${t.version}`,
  },
  "app/(portal)/releases/page.tsx": { row: "all", path: () => "/releases" },
  "app/(portal)/repositories/[key]/page.tsx": {
    row: "product",
    path: (t) => `/repositories/${t.repositoryKey}`,
  },
  "app/(portal)/repositories/page.tsx": { row: "all", path: () => "/repositories" },
  "app/(portal)/settings/page.tsx": { row: "organisation", path: () => "/settings", beyond: 403 },
  "app/(portal)/work-items/[key]/page.tsx": { row: "product", path: (t) => `/work-items/${t.workItemKey}` },
  "app/(portal)/work-items/page.tsx": { row: "all", path: () => "/work-items" },
};

/** Route handlers by GET, and who may call them; `permission` null: everybody, also nobody. */
export type RouteCell = {
  row: Row;
  permission: Permission | null;
  path: (target: Target) => string;
  granted?: number;
};

export const ROUTE_CELLS: Readonly<Record<string, RouteCell>> = {
  "app/api/artifacts/[artifactId]/route.ts": {
    row: "product",
    permission: "pipelines.read",
    path: (t) => `/api/artifacts/${t.artifactId}`,
  },
  "app/api/audit/route.ts": { row: "all", permission: "audit.read", path: () => "/api/audit" },
  "app/api/auth/[...nextauth]/route.ts": {
    row: "all",
    permission: null,
    path: () => "/api/auth/session",
    granted: 404,
  },
  "app/api/branches/route.ts": { row: "all", permission: "repositories.read", path: () => "/api/branches" },
  "app/api/catalog/route.ts": { row: "all", permission: "catalog.read", path: () => "/api/catalog" },
  "app/api/clients/route.ts": { row: "all", permission: "catalog.read", path: () => "/api/clients" },
  "app/api/demonstration/sign-in/route.ts": {
    row: "all",
    permission: null,
    path: () => "/api/demonstration/sign-in",
    granted: 405,
  },
  "app/api/jobs/[jobId]/log/route.ts": {
    row: "product",
    permission: "pipelines.read",
    path: (t) => `/api/jobs/${t.jobId}/log`,
  },
  "app/api/people/route.ts": { row: "all", permission: "people.read", path: () => "/api/people" },
  "app/api/releases/route.ts": { row: "all", permission: "releases.read", path: () => "/api/releases" },
  "app/api/sign-in/route.ts": {
    row: "all",
    permission: null,
    path: () => "/api/sign-in",
    granted: 303,
  },
  "app/api/sign-out/provider/route.ts": {
    row: "all",
    permission: null,
    path: () => "/api/sign-out/provider",
    granted: 303,
  },
  "app/api/sign-out/route.ts": { row: "all", permission: null, path: () => "/api/sign-out", granted: 405 },
  "app/api/trpc/[trpc]/route.ts": {
    row: "all",
    permission: null,
    path: () => "/api/trpc/nobody.knows",
    granted: 404,
  },
  "app/schemas/pipeline.json/route.ts": {
    row: "all",
    permission: null,
    path: () => "/schemas/pipeline.json",
  },
  "/api/health": { row: "all", permission: null, path: () => "/api/health" },
};

/** Smart HTTP with an access token: who may not even read is told that there is nothing. */
export const GIT_CELLS: readonly {
  name: string;
  path: (target: Target) => string;
  permission: Permission;
  lacking: 403 | 404;
}[] = [
  {
    name: "clone",
    path: (t) => `/git/${t.repositoryKey}.git/info/refs?service=git-upload-pack`,
    permission: "git.read",
    lacking: 404,
  },
  {
    name: "push",
    path: (t) => `/git/${t.repositoryKey}.git/info/refs?service=git-receive-pack`,
    permission: "git.push",
    lacking: 403,
  },
];
