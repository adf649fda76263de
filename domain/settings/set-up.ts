import { z } from "zod";
import { ROLES } from "../people/roles";
import { line } from "../text/line";

/** The first administrator's answers: what the organisation is called, and what its groups mean here. */
export const SetUp = z.strictObject({
  organisationName: line(80),
  groups: z.array(z.strictObject({ groupName: line(300), role: z.enum(ROLES) })).max(50),
  isRunnerEnabled: z.boolean(),
  /** Begin with Dev, QA, UAT and Production and the policies of the delivery model, instead of with nothing. */
  hasUsualPath: z.boolean(),
  /** Where the usual path's environments install; null: nothing is deployed until somebody says where. */
  slotHostUrl: z.string().trim().max(300).nullable(),
});
export type SetUp = z.infer<typeof SetUp>;
