import { z } from "zod";
import { isSha } from "../git/sha";
import {
  BRANCH_AGES,
  BRANCH_CHECKS,
  BRANCH_DISTANCES,
  BRANCH_PULLS,
  BRANCH_SORTS,
  BRANCH_VIEWS,
} from "./filters";
import { BRANCH_KINDS } from "./naming";

const key = z.string().min(1).max(60);

export const BranchFilter = z.strictObject({
  view: z.enum(BRANCH_VIEWS).optional(),
  productKey: key.optional(),
  repositoryKey: key.optional(),
  kinds: z.array(z.enum(BRANCH_KINDS)).min(1).max(BRANCH_KINDS.length).optional(),
  age: z.enum(BRANCH_AGES).optional(),
  distance: z.enum(BRANCH_DISTANCES).optional(),
  pull: z.enum(BRANCH_PULLS).optional(),
  checks: z.enum(BRANCH_CHECKS).optional(),
  /** Part of the name of whoever pushed last, or else of the last commit's author. */
  owner: z.string().trim().min(1).max(100).optional(),
  /** Part of the branch's name. */
  search: z.string().trim().min(1).max(200).optional(),
});
export type BranchFilter = z.infer<typeof BranchFilter>;

export const ListBranches = BranchFilter.extend({
  /** By name unless told otherwise. */
  sort: z.enum(BRANCH_SORTS).optional(),
  isDescending: z.boolean().optional(),
  /** Where the page before ended: what it was sorted by, and the row's id. `limit`: from here on so many instead. */
  cursor: z
    .strictObject({
      value: z.string().max(300),
      id: z.uuid(),
      limit: z.number().int().min(1).max(500).optional(),
    })
    .optional(),
  /** Sent along by the client's paging; pages are read forward only. */
  direction: z.literal("forward").optional(),
  limit: z.number().int().min(1).max(200).default(100),
});
export type ListBranches = z.infer<typeof ListBranches>;

export const DeleteBranch = z.strictObject({
  branchId: z.uuid(),
  /** The head that was seen: somebody who pushed since keeps what they pushed. */
  headSha: z.string().refine((text): boolean => isSha(text), "This is not a full commit SHA."),
});
export type DeleteBranch = z.infer<typeof DeleteBranch>;

export const RestoreBranch = z.strictObject({ branchId: z.uuid() });
export type RestoreBranch = z.infer<typeof RestoreBranch>;
