import { z } from "zod";
import { line } from "../text/line";

export const EnvironmentMatrix = z.strictObject({
  productKey: z.string().max(60).optional(),
  clientKey: z.string().max(60).optional(),
  /** With those that were retired. */
  retired: z.boolean().optional(),
});
export type EnvironmentMatrix = z.infer<typeof EnvironmentMatrix>;

export const SlotId = z.strictObject({ slotId: z.uuid() });

export const CompareSlots = z.strictObject({ left: z.uuid(), right: z.uuid() });
export type CompareSlots = z.infer<typeof CompareSlots>;

const Why = line(500);

export const EnvironmentKey = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, "Small letters, digits and hyphens, beginning with a letter; at most 30.");

const SlotHostUrl = z.string().trim().max(300).nullable();

/** Born closed; or with a copy of another environment's policy, its own from then on. */
export const AddEnvironment = z.strictObject({
  key: EnvironmentKey,
  name: line(40),
  /** It comes after this one; null: at the beginning. */
  afterId: z.uuid().nullable(),
  isProduction: z.boolean(),
  isPerClient: z.boolean(),
  slotHostUrl: SlotHostUrl,
  copyPolicyOfId: z.uuid().nullable(),
});
export type AddEnvironment = z.infer<typeof AddEnvironment>;

export const EditEnvironment = z.strictObject({
  environmentId: z.uuid(),
  name: line(40),
  slotHostUrl: SlotHostUrl,
});
export type EditEnvironment = z.infer<typeof EditEnvironment>;

export const MoveEnvironment = z.strictObject({ environmentId: z.uuid(), direction: z.enum(["up", "down"]) });
export type MoveEnvironment = z.infer<typeof MoveEnvironment>;

export const RetireEnvironment = z.strictObject({ environmentId: z.uuid(), reason: Why });
export type RetireEnvironment = z.infer<typeof RetireEnvironment>;

export const HoldSlots = z.strictObject({ slotIds: z.array(z.uuid()).min(1).max(500), reason: Why });
export type HoldSlots = z.infer<typeof HoldSlots>;

/** `holdIds`: these holds only, and not what somebody else has held there since. */
export const ReleaseSlots = HoldSlots.extend({ holdIds: z.array(z.uuid()).min(1).max(500).optional() });
export type ReleaseSlots = z.infer<typeof ReleaseSlots>;
