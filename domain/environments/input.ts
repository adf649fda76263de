import { z } from "zod";

export const EnvironmentMatrix = z.strictObject({
  productKey: z.string().max(60).optional(),
  clientKey: z.string().max(60).optional(),
});
export type EnvironmentMatrix = z.infer<typeof EnvironmentMatrix>;

export const SlotId = z.strictObject({ slotId: z.uuid() });

export const CompareSlots = z.strictObject({ left: z.uuid(), right: z.uuid() });
export type CompareSlots = z.infer<typeof CompareSlots>;
