import { ListAudit } from "@/domain/audit/input";
import { requires, router } from "../trpc/init";
import { listAudit } from "./queries";

export const auditRouter = router({
  list: requires("audit.read")
    .input(ListAudit)
    .query(({ ctx, input }) => listAudit(ctx, input)),
});
