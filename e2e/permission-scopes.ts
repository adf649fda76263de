import type { Role } from "@/domain/people/roles";

/**
 * The reviewed table of who gets what over HTTP: these scopes and rows, permission-procedures.ts and permission-places.ts.
 * Roles come from domain/permissions and are not repeated; the table says which scopes reach a row, and what whoever
 * holds the permission elsewhere is told.
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
