import type { PromotionCard } from "./promotion";

type Vote = Pick<PromotionCard["votes"][number], "revision" | "voidedAt">;

/** The votes that stood until this revision was made, and no longer count for it. */
export function votesEndedBy<V extends Vote>(revision: number, votes: readonly V[]): V[] {
  return votes.filter((vote) => vote.revision === revision - 1 && vote.voidedAt === null);
}
