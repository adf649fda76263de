import { and, eq } from "drizzle-orm";
import { deployments } from "@/db/schema";
import type { DeploymentState } from "@/domain/deployments/status";
import type { Change } from "../audit/change";
import { staleFence } from "../promotions/operations";
import type { DeploymentRow } from "./rows";

/** A deployment's state, with its audit row. */
export async function moveDeployment(
  c: Change,
  deployment: DeploymentRow,
  to: DeploymentState,
  outcomeText?: string,
): Promise<DeploymentRow> {
  if (deployment.state === to) return deployment;
  const isOver = to === "live" || to === "failed";
  const [row] = await c.db
    .update(deployments)
    .set({
      state: to,
      ...(outcomeText ? { outcomeText } : {}),
      ...(to === "verifying" ? { verifyingAt: c.now } : {}),
      ...(isOver ? { finishedAt: c.now } : {}),
    })
    .where(and(eq(deployments.id, deployment.id), eq(deployments.state, deployment.state)))
    .returning();
  if (!row) throw staleFence();
  c.audit({
    action: `deployment.${to}`,
    subject: { type: "deployment", id: deployment.id, label: `Deployment ${deployment.number}` },
    before: { state: deployment.state },
    after: {
      state: to,
      slotId: deployment.slotId,
      artifact: deployment.artifactSha256,
      ...(outcomeText ? { detail: outcomeText } : {}),
    },
  });
  return row;
}
