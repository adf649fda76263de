import type { Db } from "@/db/client";
import { groupRoles, installations } from "@/db/schema";
import { slotHostObstacle } from "@/domain/environments/slot-host-url";
import { conflict, invalid } from "@/domain/errors";
import { ROLE_NAMES } from "@/domain/people/roles";
import type { SetUp } from "@/domain/settings/set-up";
import { change } from "../audit/change";
import { demand } from "../auth/scope";
import type { Context } from "../context";
import { beginWithUsualPath } from "../environments/usual-path";
import { readInstallation } from "./queries";

let wasSetUp = false;

/** Has the first administrator set this installation up? A demonstration needs nobody for it. Once true, always true. */
export async function isSetUp(db: Db): Promise<boolean> {
  if (wasSetUp) return true;
  const installation = await readInstallation(db);
  wasSetUp = installation !== null && (installation.isDemonstration || installation.setUpAt !== null);
  return wasSetUp;
}

/** Sets a new installation up, once. From then on roles come from administrators and from the groups given here. */
export async function setUp(ctx: Context, input: SetUp): Promise<void> {
  demand(ctx.actor, "settings.edit", { productId: null }, { noun: "setting", read: "settings.read" });
  await change(ctx, async (c) => {
    const [before] = await c.db.select().from(installations).for("update");
    if (before && (before.setUpAt !== null || before.isDemonstration)) {
      throw conflict("This installation is set up already. What was entered here is in its settings.");
    }
    const { organisationName, isRunnerEnabled } = input;
    const obstacle = input.slotHostUrl && slotHostObstacle(input.slotHostUrl, false);
    if (obstacle) throw invalid(obstacle);
    if (input.hasUsualPath) {
      await beginWithUsualPath(c, { slotHostUrl: input.slotHostUrl, requiresWorkItems: false });
    }
    const groups = distinct(input.groups);
    if (groups.length > 0) {
      await c.db
        .insert(groupRoles)
        .values(groups.map((group) => ({ ...group, scopeKind: "organisation" as const })));
    }
    const values = { organisationName, isRunnerEnabled, setUpAt: c.now };
    await c.db
      .insert(installations)
      .values(values)
      .onConflictDoUpdate({ target: installations.id, set: values });
    for (const { groupName, role } of groups) {
      c.audit({
        action: "group_role.added",
        subject: { type: "group", id: groupName, label: groupName },
        after: { role, scopeKind: "organisation", scopeId: null },
      });
    }
    c.audit({
      action: "installation.set_up",
      subject: { type: "installation", id: "1", label: organisationName },
      after: {
        organisationName,
        isRunnerEnabled,
        groups: groups.map(({ groupName, role }) => `${groupName}: ${ROLE_NAMES[role]}`),
      },
    });
    c.announce({ topic: "settings", id: "1", productId: null });
  });
}

function distinct(groups: SetUp["groups"]): SetUp["groups"] {
  const seen = new Map(groups.map((group) => [`${group.groupName}\n${group.role}`, group]));
  return [...seen.values()];
}
