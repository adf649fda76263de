import { and, desc, eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { pipelineJobs, pipelineRuns } from "@/db/schema";
import { checksInWords, listOf } from "@/domain/policies/in-words";
import type { PolicyRules } from "@/domain/policies/policy";
import { type CheckState, requiredCheckStates } from "@/domain/policies/required-checks";
import type { GateResult } from "./gate-result";

type Asked = Pick<PolicyRules, "requiresChecks" | "requiredChecks">;

export function needsChecks(rules: Asked): boolean {
  return rules.requiresChecks || rules.requiredChecks.length > 0;
}

/** The newest run of this very tree, and in it the jobs that the policy names; a matrix counts as one job. */
export async function checksGate(
  db: Db,
  repositoryId: string,
  treeOid: string | null,
  rules: Asked,
  isRunnerEnabled: boolean,
): Promise<GateResult> {
  const gate = { key: "checks" as const };
  if (!treeOid) {
    return {
      ...gate,
      status: "pending",
      detail: "The pipeline runs once the branches merge cleanly.",
      facts: {},
    };
  }
  const [run] = await db
    .select({
      id: pipelineRuns.id,
      number: pipelineRuns.number,
      state: pipelineRuns.state,
      reason: pipelineRuns.reason,
    })
    .from(pipelineRuns)
    .where(and(eq(pipelineRuns.repositoryId, repositoryId), eq(pipelineRuns.treeOid, treeOid)))
    .orderBy(desc(pipelineRuns.number))
    .limit(1);
  if (!run) {
    return { ...gate, status: "pending", detail: "The pipeline has not run for this tree yet.", facts: {} };
  }
  const named = rules.requiredChecks.length > 0 ? await namedChecks(db, run.id, rules.requiredChecks) : null;
  const facts = { runId: run.id, runNumber: run.number, ...(named ? { checks: named.states } : {}) };
  const isOpen = run.state === "queued" || run.state === "running";
  if (rules.requiresChecks && !isOpen && run.state !== "passed") {
    const which = named?.failed.length ? ` in ${listOf(named.failed)}` : "";
    const detail = `Run ${run.number} ${run.state}${which}${run.reason ? `: ${run.reason}` : ""}.`;
    return { ...gate, status: "fail", detail: detail.replace("..", "."), facts };
  }
  if (named?.absent.length && (!isOpen || named.isPlanned)) {
    const what = named.absent.length === 1 ? "a job with this key" : "jobs with these keys";
    return {
      ...gate,
      status: "fail",
      detail: `Run ${run.number} has no ${checksInWords(named.absent)}, which the policy asks for. Add ${what} to .clearway/pipeline.yaml, then push.`,
      facts,
    };
  }
  if (named?.failed.length) {
    const detail = `Run ${run.number} did not pass ${checksInWords(named.failed)}.`;
    return { ...gate, status: "fail", detail, facts };
  }
  if (named?.absent.length || named?.waiting.length || (rules.requiresChecks && isOpen)) {
    const detail = isRunnerEnabled
      ? `Run ${run.number} is ${run.state} for this very tree.`
      : `Run ${run.number} waits: the runner is turned off in the settings.`;
    return { ...gate, status: "pending", detail, facts };
  }
  const detail = rules.requiresChecks
    ? `Run ${run.number} passed for this very tree${named ? `, with ${checksInWords(rules.requiredChecks)}` : ""}.`
    : `Run ${run.number} passed ${checksInWords(rules.requiredChecks)} for this very tree.`;
  return { ...gate, status: "pass", detail, facts };
}

async function namedChecks(db: Db, runId: string, keys: readonly string[]) {
  const jobs = await db
    .select({ key: pipelineJobs.key, attempt: pipelineJobs.attempt, state: pipelineJobs.state })
    .from(pipelineJobs)
    .where(eq(pipelineJobs.runId, runId));
  const states = requiredCheckStates(keys, jobs);
  const of = (state: CheckState) => keys.filter((key) => states[key] === state);
  return {
    states,
    absent: of("absent"),
    failed: of("failed"),
    waiting: of("waiting"),
    /** Its jobs are written down when it starts. */
    isPlanned: jobs.length > 0,
  };
}
