import { standingOf } from "@/components/promotions/promotion-status";
import { AppLink } from "@/components/ui/app-link";
import { Panel } from "@/components/ui/panel";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { ReleasePage } from "./release";

/** Everything that was asked for with it, newest first. */
export function ReleasePromotions({ page: { promotions } }: { page: ReleasePage }) {
  if (promotions.length === 0) return null;
  return (
    <Panel title="Promotions" note={String(promotions.length)} flush>
      <ul>
        {promotions.map((promotion) => {
          const standing = standingOf({ ...promotion, isBlocked: promotion.outcomeCode !== null });
          return (
            <li key={promotion.number} className="relative border-b px-4 py-2 last:border-b-0 hover:bg-fill">
              <AppLink
                href={`/promotions/${promotion.number}`}
                className="row-link flex flex-wrap items-baseline gap-x-4"
              >
                <StatusText status={standing.status} className="shrink-0 max-sm:w-full sm:w-40">
                  {standing.words}
                </StatusText>
                <span className="min-w-0">
                  <UntrustedText>{promotion.title}</UntrustedText>
                </span>
                <TimeAgo at={promotion.createdAt} className="ml-auto whitespace-nowrap text-ink-2" />
              </AppLink>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
