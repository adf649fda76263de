import { DECIDING_ROLES } from "./access";
import type { Role } from "./roles";

/** What a group means here: a row of the reviewed table that is in force. */
export type GroupRow = { id: string; groupName: string; role: Role };
/** A grant in force. `groupRoleId` is null where it did not come from a group. */
export type HeldGrant = { id: string; role: Role; groupRoleId: string | null };

export type GroupSync<Row extends GroupRow, Held extends HeldGrant> = {
  readonly add: readonly Row[];
  readonly revoke: readonly Held[];
};

/**
 * What has to change so that a person holds exactly what their groups mean. A group without a row means nothing.
 * Whoever administers gets no role that decides: such a row waits until they administer no longer.
 */
export function planGroupSync<Row extends GroupRow, Held extends HeldGrant>(
  groups: readonly string[],
  rows: readonly Row[],
  held: readonly Held[],
): GroupSync<Row, Held> {
  const meant = rows.filter((row) => groups.includes(row.groupName));
  const administers = [...meant, ...held.filter((grant) => grant.groupRoleId === null)].some(
    (one) => one.role === "platform_admin",
  );
  const due = meant.filter((row) => !administers || !DECIDING_ROLES.includes(row.role));
  return {
    add: due.filter((row) => !held.some((grant) => grant.groupRoleId === row.id)),
    revoke: held.filter(
      (grant) => grant.groupRoleId !== null && !due.some((row) => row.id === grant.groupRoleId),
    ),
  };
}
