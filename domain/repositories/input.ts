import { z } from "zod";
import { line } from "@/domain/text/line";

/** Also the last part of the clone URL and the directory's name. */
export const RepositoryKey = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,59}$/, "A key has small letters, digits and hyphens, and begins with a letter.");

export const CreateRepository = z.strictObject({ productId: z.uuid(), key: RepositoryKey, name: line(80) });
export type CreateRepository = z.infer<typeof CreateRepository>;

export const ListRepositories = z.strictObject({
  productKey: z.string().max(60).optional(),
  /** The key of the last repository of the page before. */
  after: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type ListRepositories = z.infer<typeof ListRepositories>;

export const GetRepository = z.strictObject({ key: z.string().min(1).max(60) });
export type GetRepository = z.infer<typeof GetRepository>;
