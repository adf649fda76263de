import { z } from "zod";
import { BRANCH_KINDS } from "./naming";

export const ListBranches = z.strictObject({
  repositoryKey: z.string().min(1).max(60),
  kinds: z.array(z.enum(BRANCH_KINDS)).max(BRANCH_KINDS.length).optional(),
  /** The name of the last branch of the page before. */
  after: z.string().max(300).optional(),
  limit: z.number().int().min(1).max(200).default(100),
});
export type ListBranches = z.infer<typeof ListBranches>;
