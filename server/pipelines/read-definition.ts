import { parseSha } from "@/domain/git/sha";
import { PIPELINE_FILE, type PipelineDefinition } from "@/domain/pipelines/definition";
import type { Context } from "../context";
import { GitError } from "../git/error";
import { readFile } from "../git/files";
import { repositoryDirectory } from "../repositories/location";
import { MAX_FILE_BYTES, parsePipelineFile } from "./parse-file";

export type DefinitionReading =
  | { readonly ok: true; readonly definition: PipelineDefinition }
  | { readonly ok: false; readonly isMissing: boolean; readonly reason: string };

const TOLD_ERRORS = 5;

/** The pipeline as the commit's own file declares it; otherwise why there is none, one line per mistake. */
export async function readDefinition(
  ctx: Pick<Context, "dataDir">,
  repository: { directory: string },
  commitSha: string,
): Promise<DefinitionReading> {
  const directory = repositoryDirectory(ctx, repository);
  try {
    const bytes = await readFile(directory, parseSha(commitSha), PIPELINE_FILE, MAX_FILE_BYTES);
    if (bytes === null) {
      return { ok: false, isMissing: true, reason: `There is no ${PIPELINE_FILE} in this commit.` };
    }
    const parsed = parsePipelineFile(bytes.toString("utf8"));
    if (parsed.ok) return parsed;
    const told = parsed.errors.slice(0, TOLD_ERRORS).map((error) => `line ${error.line}: ${error.message}`);
    return { ok: false, isMissing: false, reason: told.join("\n") };
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== "output_too_large") throw error;
    return { ok: false, isMissing: false, reason: "line 1: The file is larger than 64 kB." };
  }
}
