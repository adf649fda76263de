import { z } from "zod";
import { line } from "@/domain/text/line";
import { SCOPE_KINDS } from "./actor";
import { PERSON_STATES } from "./person-states";
import { ROLES } from "./roles";

/** Where a role holds: all of the organisation, or one product, client or environment. */
export const Scope = z
  .strictObject({ kind: z.enum(SCOPE_KINDS), id: z.uuid().nullable() })
  .refine(({ kind, id }) => (kind === "organisation") === (id === null), "Choose where it holds.");

export const ListPeople = z.strictObject({
  /** Part of a name; of an address as well for whoever manages people. */
  q: z.string().trim().max(100).optional(),
  role: z.enum(ROLES).optional(),
  /** "organisation", or the id of a product, client or environment. */
  scope: z.union([z.literal("organisation"), z.uuid()]).optional(),
  state: z.enum(PERSON_STATES).optional(),
  page: z.number().int().min(1).max(10_000).default(1),
});
export type ListPeople = z.infer<typeof ListPeople>;

export const GetPerson = z.strictObject({ personId: z.uuid() });

export const InvitePerson = z.strictObject({
  name: line(100),
  email: z.email("This is not an e-mail address.").trim().max(200),
  title: line(100).optional(),
});
export type InvitePerson = z.infer<typeof InvitePerson>;

export const EditPerson = z.strictObject({
  personId: z.uuid(),
  name: line(200),
  email: InvitePerson.shape.email,
});
export type EditPerson = z.infer<typeof EditPerson>;

const reason = line(300);

export const GrantRole = z.strictObject({
  personId: z.uuid(),
  role: z.enum(ROLES),
  scope: Scope,
  reason,
});
export type GrantRole = z.infer<typeof GrantRole>;

export const RevokeGrant = z.strictObject({ grantId: z.uuid(), reason });
export type RevokeGrant = z.infer<typeof RevokeGrant>;

export const DecideAccessRequest = z.strictObject({
  requestId: z.uuid(),
  decision: z.enum(["agreed", "refused", "withdrawn"]),
});
export type DecideAccessRequest = z.infer<typeof DecideAccessRequest>;

export const GroupMeaning = z.strictObject({
  groupName: z
    .string()
    .trim()
    .min(1, "This cannot be empty.")
    .max(200)
    .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), "This must be one line of text."),
  role: z.enum(ROLES),
  scope: Scope,
});
export type GroupMeaning = z.infer<typeof GroupMeaning>;

export const AddGroupRole = GroupMeaning.extend({ reason });
export type AddGroupRole = z.infer<typeof AddGroupRole>;

export const RevokeGroupRole = z.strictObject({ groupRoleId: z.uuid(), reason });
export type RevokeGroupRole = z.infer<typeof RevokeGroupRole>;

export const SetPersonActive = z.strictObject({ personId: z.uuid(), isActive: z.boolean(), reason });
export type SetPersonActive = z.infer<typeof SetPersonActive>;

/** Without a session: all of them, but for the one that asks. */
export const EndSessions = z.strictObject({ personId: z.uuid(), sessionId: z.uuid().optional() });
export type EndSessions = z.infer<typeof EndSessions>;

export const RevokePersonToken = z.strictObject({ accessTokenId: z.uuid() });
export type RevokePersonToken = z.infer<typeof RevokePersonToken>;

/** Part of a name or an address; nothing for the first of all. */
export const FindOthers = z.strictObject({ personId: z.uuid(), q: z.string().trim().max(100) });
export type FindOthers = z.infer<typeof FindOthers>;

export const PreviewLink = z.strictObject({ personId: z.uuid(), otherId: z.uuid() });
export type PreviewLink = z.infer<typeof PreviewLink>;

/** `name`: that of the person who ends, typed by whoever does it. */
export const LinkPeople = PreviewLink.extend({ name: z.string().max(200), reason });
export type LinkPeople = z.infer<typeof LinkPeople>;
