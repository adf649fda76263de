import { pipelineJsonSchema } from "@/domain/pipelines/definition";

export const dynamic = "force-static";

/** Public: editors read it to complete and check `.clearway/pipeline.yaml`. */
export function GET(): Response {
  return Response.json(pipelineJsonSchema(), { headers: { "cache-control": "public, max-age=3600" } });
}
