import { ListReleases, ReleaseName, WithdrawRelease } from "@/domain/releases/input";
import { requires, router } from "../trpc/init";
import { getRelease, listReleases } from "./queries";
import { withdrawRelease } from "./withdraw";

export const releasesRouter = router({
  list: requires("releases.read")
    .input(ListReleases)
    .query(({ ctx, input }) => listReleases(ctx, input)),
  get: requires("releases.read")
    .input(ReleaseName)
    .query(({ ctx, input }) => getRelease(ctx, input)),
  withdraw: requires("releases.withdraw")
    .input(WithdrawRelease)
    .mutation(({ ctx, input }) => withdrawRelease(ctx, input)),
});
