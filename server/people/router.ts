import {
  AddGroupRole,
  DecideAccessRequest,
  EditPerson,
  EndSessions,
  FindOthers,
  GetPerson,
  GrantRole,
  GroupMeaning,
  InvitePerson,
  LinkPeople,
  ListPeople,
  PreviewLink,
  RevokeGrant,
  RevokeGroupRole,
  RevokePersonToken,
  SetPersonActive,
} from "@/domain/people/input";
import { requires, requiresSignIn, router } from "../trpc/init";
import { addGroupRole, decideAccessRequest, grantRole, revokeGrant } from "./access";
import { endSessions, invitePerson, revokePersonToken, setPersonActive } from "./activity";
import { editPerson } from "./edit";
import { revokeGroupRole } from "./group-roles";
import { listGroups, previewGroupRole } from "./groups";
import { linkPeople, previewLink } from "./link";
import { findOthers, listPeople, listScopes } from "./list";
import { getOwnAccount, getPerson } from "./person";
import { countRequests, listRequests } from "./requests";

export const peopleRouter = router({
  list: requires("people.read")
    .input(ListPeople)
    .query(({ ctx, input }) => listPeople(ctx, input)),
  scopes: requires("people.read").query(({ ctx }) => listScopes(ctx)),
  get: requires("people.read")
    .input(GetPerson)
    .query(({ ctx, input }) => getPerson(ctx, input)),
  me: requiresSignIn().query(({ ctx }) => getOwnAccount(ctx)),
  requests: requires("people.manage").query(({ ctx }) => listRequests(ctx)),
  waiting: requires("people.read").query(({ ctx }) => countRequests(ctx)),
  groups: requires("people.manage").query(({ ctx }) => listGroups(ctx)),
  previewGroupRole: requires("people.manage")
    .input(GroupMeaning)
    .query(({ ctx, input }) => previewGroupRole(ctx, input)),
  others: requires("people.manage")
    .input(FindOthers)
    .query(({ ctx, input }) => findOthers(ctx, input)),
  previewLink: requires("people.manage")
    .input(PreviewLink)
    .query(({ ctx, input }) => previewLink(ctx, input)),
  invite: requires("people.manage")
    .input(InvitePerson)
    .mutation(({ ctx, input }) => invitePerson(ctx, input)),
  edit: requires("people.manage")
    .input(EditPerson)
    .mutation(({ ctx, input }) => editPerson(ctx, input)),
  grant: requires("people.manage")
    .input(GrantRole)
    .mutation(({ ctx, input }) => grantRole(ctx, input)),
  revoke: requires("people.manage")
    .input(RevokeGrant)
    .mutation(({ ctx, input }) => revokeGrant(ctx, input)),
  decide: requires("people.manage")
    .input(DecideAccessRequest)
    .mutation(({ ctx, input }) => decideAccessRequest(ctx, input)),
  addGroupRole: requires("people.manage")
    .input(AddGroupRole)
    .mutation(({ ctx, input }) => addGroupRole(ctx, input)),
  revokeGroupRole: requires("people.manage")
    .input(RevokeGroupRole)
    .mutation(({ ctx, input }) => revokeGroupRole(ctx, input)),
  setActive: requires("people.manage")
    .input(SetPersonActive)
    .mutation(({ ctx, input }) => setPersonActive(ctx, input)),
  link: requires("people.manage")
    .input(LinkPeople)
    .mutation(({ ctx, input }) => linkPeople(ctx, input)),
  endSessions: requiresSignIn()
    .input(EndSessions)
    .mutation(({ ctx, input }) => endSessions(ctx, input)),
  revokeToken: requiresSignIn()
    .input(RevokePersonToken)
    .mutation(({ ctx, input }) => revokePersonToken(ctx, input)),
});
