import { z } from "zod";
import { ROLES } from "../people/roles";
import { line } from "../text/line";

/** The first administrator's answers: what the organisation is called, and what its groups mean here. */
export const SetUp = z.strictObject({
  organisationName: line(80),
  groups: z.array(z.strictObject({ groupName: line(300), role: z.enum(ROLES) })).max(50),
  isRunnerEnabled: z.boolean(),
});
export type SetUp = z.infer<typeof SetUp>;
