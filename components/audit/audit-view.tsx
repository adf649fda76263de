"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { OlderPages } from "@/components/portal/older-pages";
import { ProductChips } from "@/components/products/product-chips";
import { useTRPC } from "@/components/trpc/client";
import { ButtonLink, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Freshness } from "@/components/ui/freshness";
import { PageHeader } from "@/components/ui/page-header";
import { Panel } from "@/components/ui/panel";
import { AuditFilter } from "./audit-filter";
import { AuditRow } from "./audit-row";
import { type AuditAddress, auditHref, auditInput } from "./audit-search";

/** Who did what, when, with what was before and after. */
export function AuditView({ address }: { address: AuditAddress }) {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useSuspenseQuery(trpc.audit.list.queryOptions(auditInput(address)));
  const first = { ...address, before: undefined };
  const isNarrowed = auditHref(first) !== "/audit";
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Audit" }]}
        title="Audit"
        summary="Every change, written in its own transaction and chained by hash: nothing can be altered or removed unseen."
        actions={
          <a
            href={`/api/audit?${auditHref(first).split("?")[1] ?? ""}`}
            download
            className={buttonClass({ variant: "secondary" })}
          >
            <Download aria-hidden className="size-4" />
            Download CSV
          </a>
        }
      >
        <div className="flex flex-col gap-3">
          <AuditFilter address={first} />
          <ProductChips
            current={address.productKey}
            hrefOf={(productKey) => auditHref({ ...first, productKey })}
          />
        </div>
      </PageHeader>
      <Panel flush={data.items.length > 0}>
        {data.items.length > 0 ? (
          <ol data-rows>
            {data.items.map((row) => (
              <AuditRow key={row.sequence} row={row} address={first} />
            ))}
          </ol>
        ) : (
          <EmptyState
            title={isNarrowed ? "No change matches these filters" : "Nothing was changed yet"}
            action={isNarrowed ? <ButtonLink href="/audit">Show everything</ButtonLink> : undefined}
          >
            {isNarrowed
              ? "Names are found by a part of them; days are those of UTC."
              : "The first change that anybody makes is written here, in the transaction that makes it."}
          </EmptyState>
        )}
      </Panel>
      <OlderPages
        newestHref={address.before ? auditHref(first) : null}
        olderHref={data.next ? auditHref({ ...address, before: data.next }) : null}
      />
      <Freshness asOf={new Date(dataUpdatedAt)} />
    </>
  );
}
