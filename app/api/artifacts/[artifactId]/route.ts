import { z } from "zod";
import { notFound } from "@/domain/errors";
import { fileRoute } from "@/server/http/file-route";
import { openRunArtifact } from "@/server/pipelines/read-log";

/** An artifact of a run. */
export const GET = fileRoute<{ artifactId: string }>("signedIn", async (ctx, { path: { artifactId } }) => {
  if (!z.uuid().safeParse(artifactId).success) throw notFound("artifact");
  const { fileName, opened } = await openRunArtifact(ctx, artifactId);
  return {
    name: fileName,
    type: "application/octet-stream",
    content: opened.read(),
    sizeBytes: opened.sizeBytes,
  };
});
