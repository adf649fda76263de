import {
  AddRepository,
  GetRepository,
  ImportRepository,
  ListRepositories,
  RemoveRepository,
  RenameRepository,
  RetryImport,
} from "@/domain/repositories/input";
import { requires, router } from "../trpc/init";
import { addRepository, importRepository, removeRepository, renameRepository, retryImport } from "./commands";
import { getRepository, listRepositories, readImportChoices } from "./queries";

export const repositoriesRouter = router({
  list: requires("repositories.read")
    .input(ListRepositories)
    .query(({ ctx, input }) => listRepositories(ctx, input)),
  get: requires("repositories.read")
    .input(GetRepository)
    .query(({ ctx, input }) => getRepository(ctx, input)),
  /** What can be imported from here, and the sprint that a new repository would begin with. */
  importChoices: requires("catalog.edit").query(({ ctx }) => readImportChoices(ctx)),
  add: requires("catalog.edit")
    .input(AddRepository)
    .mutation(({ ctx, input }) => addRepository(ctx, input)),
  import: requires("catalog.edit")
    .input(ImportRepository)
    .mutation(({ ctx, input }) => importRepository(ctx, input)),
  retryImport: requires("catalog.edit")
    .input(RetryImport)
    .mutation(({ ctx, input }) => retryImport(ctx, input)),
  remove: requires("catalog.edit")
    .input(RemoveRepository)
    .mutation(({ ctx, input }) => removeRepository(ctx, input)),
  rename: requires("catalog.edit")
    .input(RenameRepository)
    .mutation(({ ctx, input }) => renameRepository(ctx, input)),
});
