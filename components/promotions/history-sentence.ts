type Facts = Record<string, unknown>;
type Payload = { before?: Facts | null; after?: Facts | null; reason?: string | null };

export type AuditRow = { action: string; actorName: string; payload: string };

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const detail = ({ after }: Payload) => text(after?.detail);
const number = ({ after }: Payload) => (typeof after?.revision === "number" ? after.revision : null);

/** Did votes stop counting with this revision? */
type EndedVotes = (revision: number) => boolean;

/** What happened, after the name of who did it: "approved revision 3". */
const SENTENCES: Record<string, (payload: Payload, endedVotes: EndedVotes) => string> = {
  "promotion.requested": () => "asked for it",
  "promotion.revised": (row, endedVotes) =>
    `made revision ${number(row) ?? "?"}${endedVotes(number(row) ?? 0) ? "; earlier votes ended" : ""}`,
  "promotion.contributors_found": () => "found more hands in it: their approvals do not count",
  "promotion.gated": () => "sent it back to its gates",
  "promotion.gates_changed": (row) =>
    detail(row) ? "looked at the gates" : "looked at the gates: nothing is in the way",
  "promotion.asked_for_approval": ({ before }) =>
    before?.state === "ready" ? "asked for approval again" : "found every gate passed and asked for approval",
  "promotion.approved": (row) => `approved revision ${number(row) ?? "?"}`,
  "promotion.vote_withdrawn": () => "took the vote back",
  "promotion.made_ready": () => "found everything that was asked for",
  "promotion.target_moved": () => "found that the target had moved",
  "promotion.sent_back": () => "stopped before the merge",
  "promotion.started": () => "began to carry it out",
  "promotion.verifying": () => "began to verify the outcome",
  "promotion.became_unknown": () => "lost sight of the outcome",
  "promotion.succeeded": () => "finished it",
  "promotion.failed": () => "could not carry it out",
  "promotion.rolling_back": () => "began to roll it back",
  "promotion.rolled_back": () => "rolled it back",
  "promotion.needs_human": () => "needs a person",
  "promotion.rejected": () => "rejected it",
  "promotion.cancelled": () => "cancelled it",
  "promotion.superseded": () => "replaced it by a newer request",
  "promotion.expired": () => "let it expire",
  "promotion.retried": () => "asked for another try",
  "promotion.resolved": (row) => `settled it as ${text(row.after?.state).replace("_", " ") || "done"}`,
};

/** What Clearway finds in the transaction of somebody else's act: it is not that person who found it. */
const FOUND_BY_CLEARWAY: ReadonlySet<string> = new Set([
  "promotion.made_ready",
  "promotion.asked_for_approval",
  "promotion.contributors_found",
  "promotion.gates_changed",
  "promotion.target_moved",
]);

export type HistoryLine = { who: string; sentence: string; because: string | null };

/** One audit row in plain words. A row of a kind not known here keeps its own name. */
export function tellHistory({ action, actorName, payload }: AuditRow, endedVotes: EndedVotes): HistoryLine {
  const facts = parse(payload);
  const sentence = SENTENCES[action]?.(facts, endedVotes) ?? action.replace(/^.*\./, "").replaceAll("_", " ");
  return {
    // "Clearway (promotions.evaluate)": which of its tasks it was is for the audit screen.
    who: FOUND_BY_CLEARWAY.has(action) ? "Clearway" : actorName.replace(/^Clearway \(.*\)$/, "Clearway"),
    sentence,
    because: facts.reason || detail(facts) || null,
  };
}

function parse(payload: string): Payload {
  try {
    return JSON.parse(payload) as Payload;
  } catch {
    return {};
  }
}
