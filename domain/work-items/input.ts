import { z } from "zod";
import { WORK_ITEM_STATES } from "./status";

export const ListWorkItems = z.strictObject({
  productKey: z.string().max(60).optional(),
  state: z.enum(WORK_ITEM_STATES).optional(),
  /** Part of the key or of the title. */
  text: z.string().trim().max(100).optional(),
  /** The key of the last work item of the page before. */
  after: z.string().max(30).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type ListWorkItems = z.infer<typeof ListWorkItems>;

export const GetWorkItem = z.strictObject({ key: z.string().regex(/^[A-Z][A-Z0-9]{0,9}-[1-9]\d{0,6}$/) });
export type GetWorkItem = z.infer<typeof GetWorkItem>;
