import { ClockTime } from "@/components/ui/clock-time";
import { Panel } from "@/components/ui/panel";
import { Avatar } from "@/components/ui/person";
import { Sha } from "@/components/ui/sha";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { votesEndedBy } from "./ended-votes";
import { tellHistory } from "./history-sentence";
import type { PromotionCard } from "./promotion";

/** What happened, the newest first, and the revisions with the votes that ended with them. */
export function HistoryPanel({ card }: { card: PromotionCard }) {
  return (
    <div className="flex flex-col gap-4">
      <Panel title="What happened" flush>
        <HistoryList rows={card.history} votes={card.votes} />
      </Panel>
      <Revisions card={card} />
    </div>
  );
}

type HistoryListProps = { rows: PromotionCard["history"]; votes: PromotionCard["votes"] };

export function HistoryList({ rows, votes }: HistoryListProps) {
  return (
    <ol className="py-1.5">
      {rows.map((row) => {
        const { who, sentence, because } = tellHistory(
          row,
          (revision) => votesEndedBy(revision, votes).length > 0,
        );
        return (
          <li key={row.sequence} className="flex gap-3 px-4 py-1">
            <ClockTime
              at={row.at}
              className="w-20 shrink-0 whitespace-nowrap text-ink-2 md:w-24 print:w-40"
            />
            <p className="min-w-0">
              <span className="hidden print:inline">#{row.sequence} </span>
              <b>
                <UntrustedText>{who}</UntrustedText>
              </b>{" "}
              {sentence}
              {because ? (
                <span className="text-ink-2">
                  : <UntrustedText>{because}</UntrustedText>
                </span>
              ) : null}
            </p>
          </li>
        );
      })}
    </ol>
  );
}

function Revisions({ card }: { card: PromotionCard }) {
  return (
    <Panel title="Revisions and votes" note="A vote counts for the revision it was given to." flush>
      <ul>
        {card.revisions.map((revision) => {
          const isPresent = revision.revision === card.promotion.revision;
          const votes = card.votes.filter((vote) => vote.revision === revision.revision);
          return (
            <li key={revision.revision} className="border-b px-4 py-2 last:border-b-0">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <b>Revision {revision.revision}</b>
                <Sha value={revision.sourceSha} />
                <span className="min-w-0 text-ink-2">
                  <UntrustedText>{revision.reason}</UntrustedText> · <TimeAgo at={revision.createdAt} />
                </span>
              </p>
              {votes.map((vote) => (
                <p key={vote.id} className="mt-1 flex flex-wrap items-center gap-x-1.5 text-ink-2">
                  <Avatar name={vote.name} />
                  <span className="text-ink">
                    <UntrustedText>{vote.name}</UntrustedText>
                  </span>
                  {vote.decision === "approve" ? "approved" : "rejected"} <ClockTime at={vote.decidedAt} />
                  <VoteEnd vote={vote} isPresent={isPresent} endedBy={revision.revision + 1} />
                </p>
              ))}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

type VoteEndProps = { vote: PromotionCard["votes"][number]; isPresent: boolean; endedBy: number };

function VoteEnd({ vote, isPresent, endedBy }: VoteEndProps) {
  if (vote.voidedAt) {
    return (
      <span>
        · ended: <UntrustedText>{vote.voidReason ?? "taken back"}</UntrustedText>
      </span>
    );
  }
  if (!isPresent) return <span>· ended with revision {endedBy}</span>;
  return vote.reason ? (
    <span>
      · <UntrustedText>{vote.reason}</UntrustedText>
    </span>
  ) : null;
}
