import { z } from "zod";
import { line } from "@/domain/text/line";

export const MAX_TOKEN_DAYS = 90;

export const CreateAccessToken = z.strictObject({
  name: line(60),
  days: z.number().int().min(1).max(MAX_TOKEN_DAYS),
});
export type CreateAccessToken = z.infer<typeof CreateAccessToken>;

export const RevokeAccessToken = z.strictObject({ accessTokenId: z.uuid() });
export type RevokeAccessToken = z.infer<typeof RevokeAccessToken>;
