import { z } from "zod";

export const ListAudit = z.strictObject({
  /** Part of the actor's name. */
  actor: z.string().trim().max(100).optional(),
  /** Beginning of the action: "promotion" or "promotion.approved". */
  action: z.string().trim().max(100).optional(),
  /** Part of the subject's label, or its exact id. */
  subject: z.string().trim().max(200).optional(),
  productKey: z.string().max(60).optional(),
  from: z.iso.date().optional(),
  until: z.iso.date().optional(),
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type ListAudit = z.infer<typeof ListAudit>;
