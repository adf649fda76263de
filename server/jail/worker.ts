import { parentPort } from "node:worker_threads";
import { parsePipelineFile } from "../pipelines/parse-file";
import { parseJunit } from "../pipelines/parse-junit";
import type { JailAnswer, JailRequest } from "./jail";

/** The inside of the jail: nothing but parsing, one document at a time. */
parentPort?.on("message", ({ id, kind, bytes, limit }: JailRequest) => {
  const answer: JailAnswer = {
    id,
    result:
      kind === "pipeline" ? parsePipelineFile(Buffer.from(bytes).toString("utf8")) : parseJunit(bytes, limit),
  };
  parentPort?.postMessage(answer);
});
parentPort?.postMessage({ id: 0, result: null } satisfies JailAnswer);
