import { describe, expect, test } from "vitest";
import { type GroupRow, type HeldGrant, planGroupSync } from "./group-sync";

const ROWS: GroupRow[] = [
  { id: "dev", groupName: "developers", role: "developer" },
  { id: "lead", groupName: "leads", role: "tech_lead" },
  { id: "lead-view", groupName: "leads", role: "viewer" },
  { id: "qa", groupName: "qa", role: "qa" },
  { id: "admin", groupName: "admins", role: "platform_admin" },
];

const byGroup = (id: string): HeldGrant => ({
  id: `grant-${id}`,
  role: ROWS.find((row) => row.id === id)?.role ?? "viewer",
  groupRoleId: id,
});
const byHand = (role: HeldGrant["role"]): HeldGrant => ({ id: `own-${role}`, role, groupRoleId: null });

describe("the roles that groups mean", () => {
  test.each<{ name: string; groups: string[]; held: HeldGrant[]; add: string[]; revoke: string[] }>([
    { name: "are given at the first sign-in", groups: ["developers"], held: [], add: ["dev"], revoke: [] },
    { name: "are not given twice", groups: ["developers"], held: [byGroup("dev")], add: [], revoke: [] },
    {
      name: "may be several of one group",
      groups: ["leads"],
      held: [],
      add: ["lead", "lead-view"],
      revoke: [],
    },
    {
      name: "end when the group is left",
      groups: [],
      held: [byGroup("dev")],
      add: [],
      revoke: ["grant-dev"],
    },
    {
      name: "change with the group",
      groups: ["qa"],
      held: [byGroup("dev")],
      add: ["qa"],
      revoke: ["grant-dev"],
    },
    { name: "do not exist for an unknown group", groups: ["canteen"], held: [], add: [], revoke: [] },
    {
      name: "do not come from a similar name",
      groups: ["Developers", "developers "],
      held: [],
      add: [],
      revoke: [],
    },
    {
      name: "end when their row of the table is gone",
      groups: ["old"],
      held: [{ id: "grant-old", role: "qa", groupRoleId: "old-row" }],
      add: [],
      revoke: ["grant-old"],
    },
    {
      name: "leave alone what an administrator gave",
      groups: [],
      held: [byHand("qa"), byHand("developer")],
      add: [],
      revoke: [],
    },
    {
      name: "are given beside the same role from an administrator, so that it lasts when either ends",
      groups: ["qa"],
      held: [byHand("qa")],
      add: ["qa"],
      revoke: [],
    },
    {
      name: "never decide for whoever administers by hand",
      groups: ["leads", "developers"],
      held: [byHand("platform_admin")],
      add: ["dev", "lead-view"],
      revoke: [],
    },
    {
      name: "never decide for whoever administers by a group, also where they decided before",
      groups: ["admins", "qa"],
      held: [byGroup("qa")],
      add: ["admin"],
      revoke: ["grant-qa"],
    },
    {
      name: "decide again once the administrators' group is left",
      groups: ["qa"],
      held: [byGroup("admin")],
      add: ["qa"],
      revoke: ["grant-admin"],
    },
  ])("$name", ({ groups, held, add, revoke }) => {
    const plan = planGroupSync(groups, ROWS, held);
    expect(plan.add.map((row) => row.id)).toEqual(add);
    expect(plan.revoke.map((grant) => grant.id)).toEqual(revoke);
  });
});
