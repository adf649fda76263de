import { z } from "zod";

export const SetRunner = z.strictObject({ isEnabled: z.boolean() });
export type SetRunner = z.infer<typeof SetRunner>;
