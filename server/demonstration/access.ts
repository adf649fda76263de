import type { Context } from "../context";
import { grantRole } from "../people/access";
import { type Catalogue, found } from "./world";

/** One administrator has asked for a role that takes two, and the other has not answered yet. */
export async function askForAccess(ctx: Context, catalogue: Catalogue): Promise<void> {
  const { nadia, kwame } = catalogue.people;
  await grantRole(
    { ...ctx, actor: nadia },
    {
      personId: kwame.personId,
      role: "tech_lead",
      scope: { kind: "product", id: found(catalogue.products.get("payments"), "payments").id },
      reason: "Leads the payout work while Anjali is away",
    },
  );
}
