import { z } from "zod";
import { NewComponent } from "@/domain/catalog/input";
import { line } from "@/domain/text/line";
import { IMPORT_SOURCES } from "./state";

/** Also the last part of the clone URL and the directory's name. */
export const RepositoryKey = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,59}$/, "A key has small letters, digits and hyphens, and begins with a letter.");

export const CreateRepository = z.strictObject({ productId: z.uuid(), key: RepositoryKey, name: line(80) });
export type CreateRepository = z.infer<typeof CreateRepository>;

/** The year and the number of the sprint, as in `sprint/2026.21`. */
export const SprintKey = z
  .string()
  .regex(/^20\d{2}\.(0[1-9]|[1-9]\d)$/, "A sprint is a year and a number of two digits, such as 2026.21.");

/** A new repository, empty or with what lets its first push be built and delivered. */
export const AddRepository = z.strictObject({
  productId: z.uuid(),
  key: RepositoryKey,
  name: line(80),
  /** With a README and a pipeline that passes as it is. */
  hasStarter: z.boolean(),
  /** Opened at master; needs the starter, as an empty repository has no commit to begin at. */
  firstSprint: SprintKey.optional(),
  component: NewComponent.optional(),
});
export type AddRepository = z.infer<typeof AddRepository>;

export const ImportRepository = z.strictObject({
  productId: z.uuid(),
  key: RepositoryKey,
  name: line(80),
  sourceKind: z.enum(IMPORT_SOURCES),
  /** A clone URL, or the name of a directory below the import directory. */
  source: z.string().trim().min(1, "Say where it is.").max(600),
  /** The source's branch that becomes master, where that is not its master. */
  masterFrom: line(200).optional(),
  firstSprint: SprintKey.optional(),
});
export type ImportRepository = z.infer<typeof ImportRepository>;

export const RetryImport = z.strictObject({ repositoryId: z.uuid(), masterFrom: line(200).optional() });
export type RetryImport = z.infer<typeof RetryImport>;

export const RemoveRepository = z.strictObject({ repositoryId: z.uuid() });
export type RemoveRepository = z.infer<typeof RemoveRepository>;

export const RenameRepository = z.strictObject({ repositoryId: z.uuid(), name: line(80) });
export type RenameRepository = z.infer<typeof RenameRepository>;

export const ListRepositories = z.strictObject({
  productKey: z.string().max(60).optional(),
  /** The key of the last repository of the page before. */
  after: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type ListRepositories = z.infer<typeof ListRepositories>;

export const GetRepository = z.strictObject({ key: z.string().min(1).max(60) });
export type GetRepository = z.infer<typeof GetRepository>;
