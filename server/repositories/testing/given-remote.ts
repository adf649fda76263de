import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { parseGitPath } from "@/server/git-http/git-path";
import { runHttpBackend } from "@/server/git-http/http-backend";

type Answer = (req: IncomingMessage, res: ServerResponse) => Promise<boolean> | boolean;

/**
 * Somebody else's git server on loopback: serves the bare repositories of a directory to anybody, by git itself.
 * `answer` may answer instead, or wait: true when it has answered.
 */
export async function givenRemote(directory: string) {
  const remote = {
    url: "",
    asked: 0,
    answer: null as Answer | null,
    close: async () => undefined as unknown,
  };
  const server = createServer((req, res) => {
    remote.asked++;
    void (async () => {
      if (await remote.answer?.(req, res)) return;
      const target = parseGitPath(req.url ?? "");
      if (!target) return void res.writeHead(404).end("no such thing\n");
      await runHttpBackend(req, res, {
        target,
        repositoryDirectory: path.join(directory, `${target.repository}.git`),
        personId: "remote",
        canWrite: false,
      });
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  remote.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/git`;
  remote.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    });
  return remote;
}
