import { auditInput, readAuditSearch } from "@/components/audit/audit-search";
import { exportAudit } from "@/server/audit/csv";
import { fileRoute } from "@/server/http/file-route";

/** The audit trail of a filter as a file: the same rows as on the page, by the same scope. */
export const GET = fileRoute("audit.read", async (ctx, { search }) => {
  const { limit: _, ...filter } = auditInput(readAuditSearch(search));
  return { name: "clearway-audit.csv", type: "text/csv", content: await exportAudit(ctx, filter) };
});
