import type { Role } from "@/domain/people/roles";
import type { Permission } from "@/domain/permissions";

/**
 * The reviewed table of who gets what over HTTP. Roles come from domain/permissions and are not repeated here; this
 * file says which scopes reach a row, and what whoever holds the permission elsewhere is told.
 *
 * The world of e2e/support/permission-world.ts: product A ("ours") has the clients Marigold ("our client") and
 * Thistledown ("other client") in Production ("our environment"), and one shared slot in Dev ("other environment").
 * Product B ("other product") has the client Wormwood, in Production too.
 */
export const SCOPES = [
  "organisation",
  "ourProduct",
  "ourClient",
  "ourEnvironment",
  "otherClient",
  "otherEnvironment",
  "otherProduct",
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a row belongs to, and the scopes of a grant that reach it. */
export const REACHES = {
  /** Code, runs, releases, work items, pull requests: a product's. */
  product: ["organisation", "ourProduct"],
  /** Our client's slot in Production and what is deployed there: a product's, a client's and an environment's. */
  slot: ["organisation", "ourProduct", "ourClient", "ourEnvironment"],
  /** Two slots at once, ours and the shared one in Dev: only who reaches both. */
  twoSlots: ["organisation", "ourProduct"],
  /** Our client as such: to read it, also by a product that it has something of. */
  clientToRead: ["organisation", "ourProduct", "ourClient"],
  clientToEdit: ["organisation", "ourClient"],
  /** Settings, policies, environments, people's roles: the organisation's. */
  organisation: ["organisation"],
  /** A person whose only role is on product A. */
  person: ["organisation", "ourProduct"],
  /** No row: one's own account, or a list that holds what one may see. The canaries say what that is. */
  all: SCOPES,
  /** Somebody else's: nobody reaches it. */
  nobody: [],
} as const satisfies Record<string, readonly Scope[]>;
export type Row = keyof typeof REACHES;

/** Words that stand for rows, and the scopes whose people may read them anywhere. */
export const CANARIES: Readonly<Record<string, readonly Scope[]>> = {
  /** Product A by name: whoever reaches one of its slots reads whose slot that is. */
  Quillfeather: [
    "organisation",
    "ourProduct",
    "ourClient",
    "ourEnvironment",
    "otherClient",
    "otherEnvironment",
  ],
  /** Product A's pull requests, branches, logs, tests, artifacts and work items. */
  zanzibar: ["organisation", "ourProduct"],
  /** Commits of the release that waits for both clients: whoever reads what waits reads what it brings. */
  gondola: ["organisation", "ourProduct", "ourClient", "ourEnvironment", "otherClient"],
  Marigold: ["organisation", "ourProduct", "ourClient", "ourEnvironment"],
  Thistledown: ["organisation", "ourProduct", "ourEnvironment", "otherClient"],
  Ozymandias: ["organisation", "ourEnvironment", "otherProduct"],
  xanadu: ["organisation", "otherProduct"],
  tundra: ["organisation", "ourEnvironment", "otherProduct"],
  Wormwood: ["organisation", "ourEnvironment", "otherProduct"],
};

/** Ids, keys and numbers of the rows that inputs name; `absent` ones look alike and do not exist. */
export type Target = {
  productId: string;
  productKey: string;
  repositoryId: string;
  repositoryKey: string;
  componentId: string;
  clientComponentId: string;
  clientId: string;
  clientKey: string;
  environmentId: string;
  slotId: string;
  devSlotId: string;
  branchId: string;
  headSha: string;
  runId: string;
  runNumber: number;
  jobId: string;
  artifactId: string;
  pullRequestId: string;
  pullRequestNumber: number;
  mergeNumber: number;
  promotionId: string;
  promotionNumber: number;
  subjectDigest: string;
  releaseId: string;
  version: string;
  workItemKey: string;
  personId: string;
  otherPersonId: string;
  grantId: string;
  requestId: string;
  groupRoleId: string;
  accessTokenId: string;
  policyKey: string;
};

/**
 * What whoever gets past the permission is answered. "OK"; "HELD": everything was allowed and the world of the cells
 * refused to write it down, so that no cell changes another; or a refusal of the domain, which nobody without the
 * permission gets to hear.
 */
export type Outcome =
  | "OK"
  | "HELD"
  | "CONFLICT"
  | "TOO_LATE"
  | "INVALID"
  | "NOT_ELIGIBLE"
  | "FOUR_EYES"
  | string;

export type Cell = {
  row: Row;
  input?: (target: Target) => unknown;
  /** Queries answer "OK" and mutations "HELD" unless said. */
  granted?: readonly Outcome[];
  /** Only these of the roles with the permission may do it to this row; the others are answered by `lacking`. */
  roles?: readonly Role[];
  lacking?: 403 | 404;
};

const ADMIN: readonly Role[] = ["platform_admin"];
const RULES = {
  approvals: [{ key: "lead", name: "Lead", roles: ["tech_lead"], minimum: 1 }],
  requiresChecks: false,
  requiredChecks: [],
  requiresWorkItem: false,
  requiresUpToDate: false,
  verifiedIn: [],
  requiresMaster: false,
  onTargetMoved: "recheck",
  deploysAutomatically: false,
  rollsBackAutomatically: false,
  rollbackApprovals: [],
  requiresStepUp: false,
  expiresAfterHours: 72,
};
const everywhere = { kind: "organisation", id: null };
const reason = "because";

export const PROCEDURE_CELLS: Readonly<Record<string, Cell>> = {
  "accessTokens.create": { row: "all", input: () => ({ name: "laptop", days: 7 }) },
  "accessTokens.list": { row: "all" },
  "accessTokens.revoke": { row: "nobody", input: (t) => ({ accessTokenId: t.accessTokenId }) },
  "audit.list": { row: "all", input: () => ({}) },
  "branches.count": { row: "all", input: () => ({}) },
  "branches.delete": {
    row: "product",
    input: (t) => ({ branchId: t.branchId, headSha: "0".repeat(39).concat("1") }),
    granted: ["STALE_SUBJECT", "CONFLICT", "STALE_WRITE"],
  },
  "branches.list": { row: "all", input: () => ({}) },
  "branches.restore": { row: "product", input: (t) => ({ branchId: t.branchId }), granted: ["CONFLICT"] },
  "clients.add": { row: "organisation", input: () => ({ key: "delta", name: "Delta", componentIds: [] }) },
  "clients.endSubscription": {
    row: "clientToEdit",
    input: (t) => ({ clientId: t.clientId, componentId: t.clientComponentId }),
    granted: ["SLOT_BUSY"],
  },
  "clients.get": { row: "clientToRead", input: (t) => ({ key: t.clientKey }) },
  "clients.list": { row: "all", input: () => ({}) },
  "clients.rename": { row: "clientToEdit", input: (t) => ({ clientId: t.clientId, name: "Renamed" }) },
  "clients.retire": {
    row: "clientToEdit",
    input: (t) => ({ clientId: t.clientId }),
    granted: ["SLOT_BUSY"],
  },
  "clients.subscribe": {
    row: "clientToEdit",
    input: (t) => ({ clientId: t.clientId, componentId: t.clientComponentId }),
    granted: ["CONFLICT"],
  },
  "components.add": {
    row: "product",
    input: (t) => ({ repositoryId: t.repositoryId, key: "more", name: "More", scope: "common" }),
  },
  "components.rename": { row: "product", input: (t) => ({ componentId: t.componentId, name: "Renamed" }) },
  "components.retire": { row: "product", input: (t) => ({ componentId: t.componentId }) },
  "environments.add": {
    row: "organisation",
    input: () => ({
      key: "staging",
      name: "Staging",
      afterId: null,
      isProduction: false,
      isPerClient: false,
      slotHostUrl: null,
      copyPolicyOfId: null,
    }),
  },
  "environments.compare": { row: "twoSlots", input: (t) => ({ left: t.slotId, right: t.devSlotId }) },
  "environments.edit": {
    row: "organisation",
    input: (t) => ({ environmentId: t.environmentId, name: "Renamed", slotHostUrl: null }),
  },
  "environments.hold": { row: "slot", input: (t) => ({ slotIds: [t.slotId], reason }) },
  "environments.list": { row: "organisation" },
  "environments.matrix": { row: "all", input: () => ({}) },
  "environments.move": {
    row: "organisation",
    input: (t) => ({ environmentId: t.environmentId, direction: "up" }),
  },
  "environments.release": {
    row: "slot",
    input: (t) => ({ slotIds: [t.slotId], reason }),
    granted: ["CONFLICT"],
  },
  "environments.retire": {
    row: "organisation",
    input: (t) => ({ environmentId: t.environmentId, reason }),
  },
  "environments.slot": { row: "slot", input: (t) => ({ slotId: t.slotId }) },
  "people.addGroupRole": {
    row: "organisation",
    input: () => ({ groupName: "everybody", role: "viewer", scope: everywhere, reason }),
  },
  "people.decide": {
    row: "organisation",
    input: (t) => ({ requestId: t.requestId, decision: "refused" }),
  },
  "people.endSessions": {
    row: "organisation",
    roles: ADMIN,
    lacking: 404,
    input: (t) => ({ personId: t.personId }),
    granted: ["OK"],
  },
  "people.get": { row: "person", input: (t) => ({ personId: t.personId }) },
  "people.grant": {
    row: "organisation",
    input: (t) => ({ personId: t.personId, role: "auditor", scope: everywhere, reason }),
  },
  "people.groups": { row: "organisation" },
  "people.invite": { row: "organisation", input: () => ({ name: "New", email: "new@example.com" }) },
  "people.link": {
    row: "organisation",
    input: (t) => ({ personId: t.personId, otherId: t.otherPersonId, name: "nobody", reason }),
    granted: ["INVALID"],
  },
  "people.list": { row: "all", input: () => ({}) },
  "people.me": { row: "all" },
  "people.previewGroupRole": {
    row: "organisation",
    input: () => ({ groupName: "everybody", role: "viewer", scope: everywhere }),
  },
  "people.previewLink": {
    row: "organisation",
    input: (t) => ({ personId: t.personId, otherId: t.otherPersonId }),
  },
  "people.requests": { row: "organisation" },
  "people.revoke": { row: "organisation", input: (t) => ({ grantId: t.grantId, reason }) },
  "people.revokeGroupRole": {
    row: "organisation",
    input: (t) => ({ groupRoleId: t.groupRoleId, reason }),
  },
  "people.revokeToken": {
    row: "organisation",
    roles: ADMIN,
    lacking: 404,
    input: (t) => ({ accessTokenId: t.accessTokenId }),
  },
  "people.scopes": { row: "all" },
  "people.setActive": {
    row: "organisation",
    input: (t) => ({ personId: t.personId, isActive: false, reason }),
  },
  "people.waiting": { row: "all" },
  "pipelines.cancel": { row: "product", input: (t) => ({ runId: t.runId }), granted: ["TOO_LATE"] },
  "pipelines.get": { row: "product", input: (t) => ({ number: t.runNumber }) },
  "pipelines.list": { row: "all", input: () => ({}) },
  "pipelines.log": { row: "product", input: (t) => ({ jobId: t.jobId }) },
  "pipelines.rerun": { row: "product", input: (t) => ({ runId: t.runId }), granted: ["CONFLICT"] },
  "pipelines.rerunJob": { row: "product", input: (t) => ({ jobId: t.jobId }), granted: ["CONFLICT"] },
  "pipelines.searchLog": { row: "product", input: (t) => ({ jobId: t.jobId, words: "zan" }) },
  "pipelines.start": {
    row: "product",
    input: (t) => ({ repositoryId: t.repositoryId, branch: "sprint/2026.21" }),
    granted: ["HELD", "OK"],
  },
  "pipelines.test": { row: "product", input: (t) => ({ jobId: t.jobId, position: 0 }) },
  "pipelines.tests": { row: "product", input: (t) => ({ number: t.runNumber }) },
  "pipelines.trend": { row: "all", input: () => ({}) },
  "policies.bind": {
    row: "organisation",
    input: (t) => ({
      target: { kind: "branch", branchKind: "hotfix" },
      policyKey: t.policyKey,
      expectedPolicyKey: null,
      note: reason,
    }),
    granted: ["HELD", "UNSATISFIABLE", "CONFLICT", "INVALID"],
  },
  "policies.checks": { row: "organisation" },
  "policies.copy": {
    row: "organisation",
    input: (t) => ({ fromKey: t.policyKey, key: "copy", name: "Copy", note: reason }),
  },
  "policies.get": { row: "all", input: (t) => ({ key: t.policyKey }) },
  "policies.list": { row: "all" },
  "policies.preview": { row: "organisation", input: (t) => ({ key: t.policyKey, rules: RULES }) },
  "policies.publish": {
    row: "organisation",
    input: (t) => ({ key: t.policyKey, expectedVersion: 1, name: "Gate", rules: RULES, note: reason }),
    granted: ["HELD", "UNSATISFIABLE"],
  },
  "products.add": { row: "organisation", input: () => ({ key: "third", name: "Third" }) },
  "products.catalog": { row: "all", input: () => ({}) },
  "products.get": { row: "product", input: (t) => ({ key: t.productKey }) },
  "products.list": { row: "all" },
  "products.rename": { row: "product", input: (t) => ({ productId: t.productId, name: "Renamed" }) },
  "promotions.cancel": {
    row: "slot",
    input: (t) => ({ promotionId: t.promotionId }),
    roles: ["tech_lead", "release_approver", "platform_admin"],
    lacking: 403,
  },
  "promotions.changes": { row: "product", input: (t) => ({ number: t.mergeNumber, revision: 1 }) },
  "promotions.diff": { row: "product", input: (t) => ({ number: t.mergeNumber, revision: 1 }) },
  "promotions.get": { row: "slot", input: (t) => ({ number: t.promotionNumber }) },
  "promotions.list": { row: "all", input: () => ({}) },
  "promotions.requestDeployment": {
    row: "slot",
    roles: ["tech_lead"],
    lacking: 403,
    input: (t) => ({ releaseId: t.releaseId, slotIds: [t.slotId] }),
    granted: ["HELD"],
  },
  "promotions.requestRollback": {
    row: "slot",
    input: (t) => ({ slotId: t.slotId, releaseId: t.releaseId, reason }),
    granted: ["NOTHING_TO_ROLL_BACK_TO"],
  },
  "promotions.resolve": {
    row: "slot",
    input: (t) => ({ promotionId: t.promotionId, outcome: "failed", reason }),
    granted: ["CONFLICT"],
  },
  "promotions.retry": { row: "slot", input: (t) => ({ promotionId: t.promotionId }), granted: ["CONFLICT"] },
  "promotions.vote": {
    row: "slot",
    input: (t) => ({
      promotionId: t.promotionId,
      revision: 1,
      subjectDigest: t.subjectDigest,
      decision: "approve",
    }),
    granted: ["HELD", "NOT_ELIGIBLE"],
  },
  "promotions.waiting": { row: "all" },
  "promotions.withdrawVote": {
    row: "slot",
    input: (t) => ({ promotionId: t.promotionId }),
    granted: ["CONFLICT"],
  },
  "pullRequests.close": {
    row: "product",
    input: (t) => ({ number: t.pullRequestNumber }),
    roles: ["tech_lead"],
    lacking: 403,
  },
  "pullRequests.diff": { row: "product", input: (t) => ({ number: t.pullRequestNumber }) },
  "pullRequests.get": { row: "product", input: (t) => ({ number: t.pullRequestNumber }) },
  "pullRequests.list": { row: "all", input: () => ({}) },
  "pullRequests.markSeen": {
    row: "product",
    input: (t) => ({ pullRequestId: t.pullRequestId, headSha: t.headSha }),
    granted: ["OK"],
  },
  "pullRequests.open": {
    row: "product",
    input: (t) => ({
      repositoryKey: t.repositoryKey,
      sourceBranch: "feature/2026.21/QUI-1-zanzibar",
      targetBranch: "sprint/2026.21",
      title: "Again",
      description: "",
    }),
    granted: ["CONFLICT"],
  },
  "pullRequests.requestAgain": {
    row: "product",
    input: (t) => ({ number: t.pullRequestNumber }),
    granted: ["CONFLICT"],
  },
  "releases.get": { row: "product", input: (t) => ({ repositoryKey: t.repositoryKey, version: t.version }) },
  "releases.list": { row: "all", input: () => ({}) },
  "releases.withdraw": {
    row: "product",
    input: (t) => ({ releaseId: t.releaseId, version: t.version, reason }),
  },
  "repositories.add": {
    row: "product",
    input: (t) => ({ productId: t.productId, key: "fourth", name: "Fourth", hasStarter: false }),
  },
  "repositories.get": { row: "product", input: (t) => ({ key: t.repositoryKey }) },
  "repositories.import": {
    row: "product",
    input: (t) => ({
      productId: t.productId,
      key: "fifth",
      name: "Fifth",
      sourceKind: "directory",
      source: "nothing.git",
    }),
    granted: ["INVALID"],
  },
  "repositories.importChoices": { row: "all" },
  "repositories.list": { row: "all", input: () => ({}) },
  "repositories.remove": {
    row: "product",
    input: (t) => ({ repositoryId: t.repositoryId }),
    granted: ["CONFLICT"],
  },
  "repositories.rename": {
    row: "product",
    input: (t) => ({ repositoryId: t.repositoryId, name: "Renamed" }),
  },
  "repositories.retryImport": {
    row: "product",
    input: (t) => ({ repositoryId: t.repositoryId }),
    granted: ["CONFLICT"],
  },
  "search.find": { row: "all", input: () => ({ query: "zan" }) },
  "settings.get": { row: "organisation" },
  "settings.setRunner": { row: "organisation", input: () => ({ isEnabled: false }) },
  "settings.setUp": {
    row: "organisation",
    input: () => ({
      organisationName: "Again",
      groups: [],
      isRunnerEnabled: false,
      hasUsualPath: false,
      slotHostUrl: null,
    }),
    granted: ["CONFLICT"],
  },
  "settings.shell": { row: "all" },
  "workItems.get": { row: "product", input: (t) => ({ key: t.workItemKey }) },
  "workItems.list": { row: "all", input: () => ({}) },
};

/** Requested by the same people with rows that are not theirs beside one that is: refused, and told nothing. */
export const MIXED_CELLS: readonly {
  name: string;
  procedure: string;
  role: Role;
  scope: Scope;
  input: (ours: Target, theirs: Target) => unknown;
  /** The same with what does not exist in the place of what is not theirs: the answers must not differ. */
  like: (ours: Target, absent: Target) => unknown;
}[] = [
  {
    name: "a release of another product to one's own slot",
    procedure: "promotions.requestDeployment",
    role: "tech_lead",
    scope: "ourProduct",
    input: (ours, theirs) => ({ releaseId: theirs.releaseId, slotIds: [ours.slotId] }),
    like: (ours, absent) => ({ releaseId: absent.releaseId, slotIds: [ours.slotId] }),
  },
  {
    name: "one's own release to a slot of another product",
    procedure: "promotions.requestDeployment",
    role: "tech_lead",
    scope: "ourProduct",
    input: (ours, theirs) => ({ releaseId: ours.releaseId, slotIds: [theirs.slotId] }),
    like: (ours, absent) => ({ releaseId: ours.releaseId, slotIds: [absent.slotId] }),
  },
  {
    name: "a release of another product to one's own client's slot",
    procedure: "promotions.requestDeployment",
    role: "tech_lead",
    scope: "ourClient",
    input: (ours, theirs) => ({ releaseId: theirs.releaseId, slotIds: [ours.slotId] }),
    like: (ours, absent) => ({ releaseId: absent.releaseId, slotIds: [ours.slotId] }),
  },
  {
    name: "back to a release of another product",
    procedure: "promotions.requestRollback",
    role: "tech_lead",
    scope: "ourProduct",
    input: (ours, theirs) => ({ slotId: ours.slotId, releaseId: theirs.releaseId, reason }),
    like: (ours, absent) => ({ slotId: ours.slotId, releaseId: absent.releaseId, reason }),
  },
  {
    name: "holding one's own slot and another product's",
    procedure: "environments.hold",
    role: "qa",
    scope: "ourProduct",
    input: (ours, theirs) => ({ slotIds: [ours.slotId, theirs.slotId], reason }),
    like: (ours, absent) => ({ slotIds: [ours.slotId, absent.slotId], reason }),
  },
  {
    name: "comparing one's own slot with another product's",
    procedure: "environments.compare",
    role: "viewer",
    scope: "ourProduct",
    input: (ours, theirs) => ({ left: ours.slotId, right: theirs.slotId }),
    like: (ours, absent) => ({ left: ours.slotId, right: absent.slotId }),
  },
  {
    name: "another product's component for one's own client",
    procedure: "clients.subscribe",
    role: "platform_admin",
    scope: "ourClient",
    input: (ours, theirs) => ({ clientId: ours.clientId, componentId: theirs.componentId }),
    like: (ours, absent) => ({ clientId: ours.clientId, componentId: absent.componentId }),
  },
];

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

/** Everything that changes something: by POST only. */
export const MUTATIONS: ReadonlySet<string> = new Set([
  "accessTokens.create",
  "accessTokens.revoke",
  "branches.delete",
  "branches.restore",
  "clients.add",
  "clients.endSubscription",
  "clients.rename",
  "clients.retire",
  "clients.subscribe",
  "components.add",
  "components.rename",
  "components.retire",
  "environments.add",
  "environments.edit",
  "environments.hold",
  "environments.move",
  "environments.release",
  "environments.retire",
  "people.addGroupRole",
  "people.decide",
  "people.endSessions",
  "people.grant",
  "people.invite",
  "people.link",
  "people.revoke",
  "people.revokeGroupRole",
  "people.revokeToken",
  "people.setActive",
  "pipelines.cancel",
  "pipelines.rerun",
  "pipelines.rerunJob",
  "pipelines.start",
  "policies.bind",
  "policies.copy",
  "policies.publish",
  "products.add",
  "products.rename",
  "promotions.cancel",
  "promotions.requestDeployment",
  "promotions.requestRollback",
  "promotions.resolve",
  "promotions.retry",
  "promotions.vote",
  "promotions.withdrawVote",
  "pullRequests.close",
  "pullRequests.markSeen",
  "pullRequests.open",
  "pullRequests.requestAgain",
  "releases.withdraw",
  "repositories.add",
  "repositories.import",
  "repositories.remove",
  "repositories.rename",
  "repositories.retryImport",
  "settings.setRunner",
  "settings.setUp",
]);
