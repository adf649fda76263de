import { z } from "zod";
import { RepositoryKey } from "../repositories/input";
import { line } from "../text/line";
import { RELEASE_STATES } from "./release-states";

export const ListReleases = z.strictObject({
  state: z.enum(RELEASE_STATES).default("all"),
  productKey: z.string().max(60).optional(),
  repositoryKey: z.string().max(60).optional(),
  /** The beginning of a version: "2026.21". */
  version: z.string().max(60).optional(),
  /** The last one of the page before. */
  before: z.uuid().optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type ListReleases = z.infer<typeof ListReleases>;

/** The version is typed, so that nobody withdraws another release than they mean. */
export const WithdrawRelease = z.strictObject({
  releaseId: z.uuid(),
  version: z.string().max(60),
  reason: line(500),
});
export type WithdrawRelease = z.infer<typeof WithdrawRelease>;

/** A version is unique within its repository. */
export const ReleaseName = z.strictObject({
  repositoryKey: RepositoryKey,
  version: z.string().regex(/^[\w.-]{1,60}$/),
});
export type ReleaseName = z.infer<typeof ReleaseName>;
