"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { ClockTime } from "@/components/ui/clock-time";
import { Freshness } from "@/components/ui/freshness";
import { Panel } from "@/components/ui/panel";
import { Tabs } from "@/components/ui/tabs";
import { usePrinting } from "@/components/ui/use-printing";
import { CardHeader } from "./card-header";
import { type CardTab, cardHref } from "./card-search";
import { ChangesPanel } from "./changes-panel";
import { ContentPanel } from "./content-panel";
import { DecidePanel } from "./decide-panel";
import { ExecutionPanel } from "./execution-panel";
import { FilesPanel } from "./files-panel";
import { GatesPanel } from "./gates-panel";
import { HistoryList, HistoryPanel } from "./history-panel";
import type { PromotionCard } from "./promotion";
import { Situation } from "./situation";
import { whatFollows } from "./what-follows";

type PromotionViewProps = { number: number; tab: CardTab };

/** One promotion: what would change, whether it may, who decides, and what came of it. */
export function PromotionView({ number, tab }: PromotionViewProps) {
  const trpc = useTRPC();
  const { data: card, dataUpdatedAt } = useSuspenseQuery(trpc.promotions.get.queryOptions({ number }));
  const mayReadFiles = card.you.canReadFiles;
  return (
    <>
      <CardHeader card={card} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_352px]">
        <aside
          aria-label="Decision"
          className="min-w-0 lg:sticky lg:top-[calc(var(--bar-height)+16px)] lg:col-start-2 lg:row-start-1 lg:max-h-[calc(100dvh-var(--bar-height)-32px)] lg:overflow-y-auto"
        >
          <DecidePanel key={card.promotion.id} card={card} />
        </aside>
        <div className="flex min-w-0 flex-col gap-4 lg:col-start-1 lg:row-start-1">
          <Situation card={card} />
          <Tabs
            label="Parts of this promotion"
            tabs={[
              { label: "Changes", href: cardHref(number), current: tab === "changes" },
              ...(mayReadFiles
                ? [{ label: "Files", href: cardHref(number, "files"), current: tab === "files" }]
                : []),
              { label: "History", href: cardHref(number, "history"), current: tab === "history" },
            ]}
          />
          {tab === "files" && mayReadFiles ? <FilesPanel card={card} /> : null}
          {tab === "history" ? <HistoryPanel card={card} /> : null}
          {tab === "changes" || (tab === "files" && !mayReadFiles) ? <Overview card={card} /> : null}
        </div>
      </div>
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}

const LATEST = 4;

/** The last things that happened, without the looks at the gates: those stand above. */
function Latest({ card }: { card: PromotionCard }) {
  const rows = card.history.filter((row) => row.action !== "promotion.gates_changed");
  return (
    <Panel title="History" note={rows.length > LATEST ? "the latest" : undefined} flush>
      <HistoryList rows={rows.slice(0, LATEST)} votes={card.votes} />
    </Panel>
  );
}

/** On paper: where in the audit trail each line of it can be found again. */
function AuditReference({ card }: { card: PromotionCard }) {
  const numbers = card.history.map(({ sequence }) => sequence);
  if (numbers.length === 0) return null;
  return (
    <p className="text-ink-2">
      Audit trail: {numbers.length === 1 ? "record" : `${numbers.length} records,`} #{Math.min(...numbers)}
      {numbers.length > 1 ? ` to #${Math.max(...numbers)}` : null}, of promotion #{card.promotion.number} (
      {card.promotion.id}). Printed <ClockTime at={new Date()} /> from {window.location.origin}
      {cardHref(card.promotion.number)}. The records are chained by hash; this sheet is a copy.
    </p>
  );
}

function Overview({ card }: { card: PromotionCard }) {
  const follows = whatFollows(card);
  const isPrinting = usePrinting();
  return (
    <>
      <ExecutionPanel card={card} />
      <ChangesPanel card={card} />
      <GatesPanel card={card} />
      {follows ? <p className="px-4 text-ink-2">{follows}</p> : null}
      <ContentPanel card={card} />
      {isPrinting ? <HistoryPanel card={card} /> : <Latest card={card} />}
      {isPrinting ? <AuditReference card={card} /> : null}
    </>
  );
}
