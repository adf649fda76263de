import { listOf } from "@/domain/policies/in-words";
import type { PromotionCard } from "./promotion";

type Deciding = Pick<PromotionCard["decidedBy"], "isStricter" | "isClosed" | "earlier" | "now">;
type Version = Deciding["earlier"][number];

export type DecidedByWords = {
  /** What follows the policy's name and version. */
  also: string;
  /** How that stands to what is in force there; null where it is the same. */
  note: string | null;
  /** Cancelling it and asking again would have it decided by something that asks for less. */
  isLessAnew: boolean;
};

/** By which version something is decided, and where that is not what is in force there today, why. */
export function decidedByWords(
  policy: Version,
  { isStricter, isClosed, earlier, now }: Deciding,
  endsVotes: boolean,
): DecidedByWords {
  const also = isStricter ? `, and by ${beforeIt(policy, earlier)} where that asked for more` : "";
  const said = (note: string | null, isLessAnew = false) => ({ also, note, isLessAnew });
  if (isClosed) return said("No policy is bound there now: it waits until one is.");
  if (!now) return said(null);
  const present = capital(nameOf(now, policy));
  if (now.stricter.length > 0) {
    return said(
      `${present} asks for more: that counts here in a moment${endsVotes ? ", and votes begin again" : ""}.`,
    );
  }
  if (!now.asksForLess) {
    return said(`${present} is in force since. It asks the same people and checks, so nothing changes here.`);
  }
  const [first] = earlier;
  return first
    ? said(
        `It began under ${nameOf(first, policy)}. ${capital(nameOf(policy, policy))} asked for more while it waited, and still counts here, although ${nameOf(now, policy)} is in force now and asks for less.`,
        true,
      )
    : said(
        `${present} is in force since and asks for less. This keeps ${nameOf(policy, policy)}, which it began with.`,
        true,
      );
}

/** "version 3"; of another policy "Deployments to UAT, version 3". */
export function nameOf({ key, name, version }: Version, policy: Pick<Version, "key">): string {
  return key === policy.key ? `version ${version}` : `${name}, version ${version}`;
}

function beforeIt(policy: Version, earlier: readonly Version[]): string {
  return earlier.length > 0 ? listOf(earlier.map((one) => nameOf(one, policy))) : "what it began with";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
