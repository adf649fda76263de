import { z } from "zod";
import { INBOX_VIEWS } from "./inbox-views";
import { VOTE_DECISIONS } from "./status";

export const Reason = z.string().trim().min(1, "Say why.").max(500, "At most 500 characters.");

export const PromotionId = z.strictObject({ promotionId: z.uuid() });

export const ListPromotions = z.strictObject({
  view: z.enum(INBOX_VIEWS).default("all"),
  productKey: z.string().max(60).optional(),
  /** The number of the last promotion of the page before. */
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type ListPromotions = z.infer<typeof ListPromotions>;

/** A vote names exactly what was seen: the revision and its digest. */
export const VotePromotion = z
  .strictObject({
    promotionId: z.uuid(),
    revision: z.number().int().positive(),
    subjectDigest: z.string().regex(/^[0-9a-f]{64}$/),
    decision: z.enum(VOTE_DECISIONS),
    reason: z.string().trim().max(500).optional(),
  })
  .refine((vote) => vote.decision === "approve" || (vote.reason ?? "").length > 0, {
    path: ["reason"],
    error: "Say why you reject it, so that its author knows what to do.",
  });
export type VotePromotion = z.infer<typeof VotePromotion>;

export const RequestDeployment = z.strictObject({
  releaseId: z.uuid(),
  slotIds: z.array(z.uuid()).min(1).max(50),
  reason: z.string().trim().max(500).optional(),
});
export type RequestDeployment = z.infer<typeof RequestDeployment>;

export const RequestRollback = z.strictObject({
  slotId: z.uuid(),
  releaseId: z.uuid(),
  reason: Reason,
  /** The release that leaves is withdrawn everywhere, for good; otherwise it leaves this slot only, which is then held. */
  withdrawsRelease: z.boolean().default(false),
});
export type RequestRollback = z.infer<typeof RequestRollback>;

export const EndPromotion = z.strictObject({
  promotionId: z.uuid(),
  reason: z.string().trim().max(500).optional(),
});
export type EndPromotion = z.infer<typeof EndPromotion>;

export const ResolvePromotion = z.strictObject({
  promotionId: z.uuid(),
  outcome: z.enum(["failed", "rolled_back"]),
  reason: Reason,
});
export type ResolvePromotion = z.infer<typeof ResolvePromotion>;
