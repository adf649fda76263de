import { GetRepository, ListRepositories } from "@/domain/repositories/input";
import { requires, router } from "../trpc/init";
import { getRepository, listRepositories } from "./queries";

export const repositoriesRouter = router({
  list: requires("repositories.read")
    .input(ListRepositories)
    .query(({ ctx, input }) => listRepositories(ctx, input)),
  get: requires("repositories.read")
    .input(GetRepository)
    .query(({ ctx, input }) => getRepository(ctx, input)),
});
