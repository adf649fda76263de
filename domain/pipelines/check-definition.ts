import type { z } from "zod";
import { PipelineDefinition, type PipelineProblem } from "./definition";
import { brokenRules } from "./definition-rules";

export type PipelineCheck =
  | { readonly ok: true; readonly definition: PipelineDefinition }
  | { readonly ok: false; readonly problems: readonly PipelineProblem[] };

/** Checks a plain value (the file, parsed): first its shape, then the rules between its parts. */
export function checkPipeline(value: unknown): PipelineCheck {
  const parsed = PipelineDefinition.safeParse(value, { reportInput: true });
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap(problemsOf) };
  const problems = brokenRules(parsed.data);
  return problems.length === 0 ? { ok: true, definition: parsed.data } : { ok: false, problems };
}

function problemsOf(issue: z.core.$ZodIssue): PipelineProblem[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: "key",
      message: `"${key}" ${issue.message}`,
    }));
  }
  if (issue.code === "invalid_key") {
    const message = issue.issues[0]?.message ?? "is not a usable key.";
    return [{ path, at: "key", message: `"${String(path.at(-1))}" ${message}` }];
  }
  const name = path.at(-1);
  if (issue.code !== "custom" && issue.input === undefined && typeof name === "string") {
    return [{ path, at: "value", message: `"${name}" is missing.` }];
  }
  return [{ path, at: "value", message: issue.message }];
}
