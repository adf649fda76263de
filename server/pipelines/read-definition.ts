import { z } from "zod";
import { parseSha } from "@/domain/git/sha";
import { PIPELINE_FILE, PipelineDefinition } from "@/domain/pipelines/definition";
import type { Context } from "../context";
import { GitError } from "../git/error";
import { readFile } from "../git/files";
import { JailError, parseInJail } from "../jail/jail";
import { repositoryDirectory } from "../repositories/location";
import { MAX_FILE_BYTES, type PipelineFileResult } from "./parse-file";

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
    const parsed = await parse(bytes);
    if (parsed.ok) return parsed;
    const told = parsed.errors.slice(0, TOLD_ERRORS).map((error) => `line ${error.line}: ${error.message}`);
    return { ok: false, isMissing: false, reason: told.join("\n") };
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== "output_too_large") throw error;
    return { ok: false, isMissing: false, reason: "line 1: The file is larger than 64 kB." };
  }
}

const Parsed = z.union([
  z.object({ ok: z.literal(true), definition: PipelineDefinition }),
  z.object({
    ok: z.literal(false),
    errors: z.array(z.object({ line: z.int(), column: z.int(), message: z.string() })),
  }),
]);

/** In the jail: whatever the file does to its parser, it does it there. */
async function parse(bytes: Buffer): Promise<PipelineFileResult> {
  try {
    return Parsed.parse(await parseInJail("pipeline", bytes));
  } catch (error) {
    if (!(error instanceof JailError)) throw error;
    return { ok: false, errors: [{ line: 1, column: 1, message: `The file ${error.message}` }] };
  }
}
