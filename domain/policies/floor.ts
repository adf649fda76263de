import { isGivenByTwo } from "../people/access";
import { APPROVING_ROLES, ROLE_NAMES } from "../people/roles";
import type { ApprovalRule } from "./policy";

/**
 * Why these rules are too little before master and production, or null. Somebody is asked, and by at least one rule
 * only people whom two administrators appointed: else one of them could enter a second account and let it approve.
 * The database decides the same way (demand_somebody_asked). Source: docs/decisions/0016.
 */
export function belowFloor(approvals: readonly ApprovalRule[], place: string): string | null {
  if (approvals.length === 0) {
    return `Nobody would be asked before ${place}: it takes at least one person who had no hand in a change.`;
  }
  if (approvals.some(({ roles }) => roles.every(isGivenByTwo))) return null;
  const names = APPROVING_ROLES.filter(isGivenByTwo).map((role) => ROLE_NAMES[role]);
  return `One administrator could appoint everybody who is asked before ${place}: at least one rule asks only for ${names.join(" or ")}.`;
}
