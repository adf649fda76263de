import { z } from "zod";
import { notFound } from "@/domain/errors";
import { fileRoute } from "@/server/http/file-route";
import { openJobLog } from "@/server/pipelines/search-log";

/** A job's log as a text file. */
export const GET = fileRoute<{ jobId: string }>("signedIn", async (ctx, { path: { jobId } }) => {
  if (!z.uuid().safeParse(jobId).success) throw notFound("job");
  const { fileName, pieces } = await openJobLog(ctx, jobId);
  return { name: fileName, type: "text/plain", content: pieces };
});
