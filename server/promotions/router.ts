import { z } from "zod";
import {
  EndPromotion,
  ListPromotions,
  PromotionId,
  RequestDeployment,
  RequestRollback,
  ResolvePromotion,
  VotePromotion,
} from "@/domain/promotions/input";
import { requires, router } from "../trpc/init";
import { getPromotion } from "./card";
import { getPromotionChanges, getPromotionDiff } from "./changes";
import { cancelPromotion, retryPromotion, vote, withdrawVote } from "./commands";
import { listPromotions } from "./inbox";
import { requestDeployment, requestRollback } from "./request";
import { resolvePromotion } from "./resolve";
import { countWaiting } from "./waiting";

const PromotionNumber = z.strictObject({ number: z.number().int().positive().max(2_147_483_647) });

/**
 * What a revision contains over one and the same base never changes, so a browser keeps the answer: `over` makes another
 * question of it when the base has moved. The server always shows the present one.
 */
const PromotionContent = PromotionNumber.extend({
  revision: z.number().int().positive(),
  over: z.string().max(64).nullish(),
});

export const promotionsRouter = router({
  list: requires("promotions.read")
    .input(ListPromotions)
    .query(({ ctx, input }) => listPromotions(ctx, input)),
  waiting: requires("promotions.read").query(({ ctx }) => countWaiting(ctx)),
  get: requires("promotions.read")
    .input(PromotionNumber)
    .query(({ ctx, input }) => getPromotion(ctx, input)),
  changes: requires("promotions.read")
    .input(PromotionContent)
    .query(({ ctx, input }) => getPromotionChanges(ctx, input)),
  diff: requires("repositories.read")
    .input(PromotionContent)
    .query(({ ctx, input }) => getPromotionDiff(ctx, input)),
  vote: requires("promotions.vote")
    .input(VotePromotion)
    .mutation(({ ctx, input }) => vote(ctx, input)),
  withdrawVote: requires("promotions.vote")
    .input(PromotionId)
    .mutation(({ ctx, input }) => withdrawVote(ctx, input)),
  cancel: requires("promotions.cancel")
    .input(EndPromotion)
    .mutation(({ ctx, input }) => cancelPromotion(ctx, input)),
  retry: requires("promotions.retry")
    .input(PromotionId)
    .mutation(({ ctx, input }) => retryPromotion(ctx, input)),
  resolve: requires("promotions.resolve")
    .input(ResolvePromotion)
    .mutation(({ ctx, input }) => resolvePromotion(ctx, input)),
  requestDeployment: requires("promotions.request")
    .input(RequestDeployment)
    .mutation(({ ctx, input }) => requestDeployment(ctx, input)),
  requestRollback: requires("rollbacks.request")
    .input(RequestRollback)
    .mutation(({ ctx, input }) => requestRollback(ctx, input)),
});
