import { CreateAccessToken, RevokeAccessToken } from "@/domain/access-tokens/input";
import { requires, router } from "../trpc/init";
import { createAccessToken, revokeAccessToken } from "./commands";
import { listAccessTokens } from "./queries";

export const accessTokensRouter = router({
  list: requires("accessTokens.manage").query(({ ctx }) => listAccessTokens(ctx)),
  create: requires("accessTokens.manage")
    .input(CreateAccessToken)
    .mutation(({ ctx, input }) => createAccessToken(ctx, input)),
  revoke: requires("accessTokens.manage")
    .input(RevokeAccessToken)
    .mutation(({ ctx, input }) => revokeAccessToken(ctx, input)),
});
