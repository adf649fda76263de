import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

/** Somebody else's git server on loopback, with one repository; `git http-backend` answers. */
export type GitServer = { url: string; close: () => Promise<void> };

export async function serveRepository(
  name: string,
  branches: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<GitServer> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-elsewhere-"));
  const bare = path.join(root, `${name}.git`);
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: root,
    NODE_ENV: "test" as const,
    GIT_AUTHOR_NAME: "Somebody",
    GIT_AUTHOR_EMAIL: "somebody@elsewhere.example",
    GIT_COMMITTER_NAME: "Somebody",
    GIT_COMMITTER_EMAIL: "somebody@elsewhere.example",
  };
  const git = (...args: string[]) => execFileSync("git", args, { env: environment, stdio: "pipe" });
  git("init", "--quiet", "--bare", bare);
  const work = path.join(root, "work");
  git("init", "--quiet", work);
  for (const [branch, files] of Object.entries(branches)) {
    git("-C", work, "checkout", "--quiet", "-B", branch);
    for (const [file, content] of Object.entries(files)) fs.writeFileSync(path.join(work, file), content);
    git("-C", work, "add", "--all");
    git("-C", work, "commit", "--quiet", "--message", `On ${branch}`);
  }
  git("-C", work, "push", "--quiet", bare, "--all");
  const children = new Set<ChildProcess>();
  const server: Server = createServer((req, res) => answer(req, res, root, environment, children));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}.git`,
    close: async () => {
      for (const child of children) child.kill();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

function answer(
  req: IncomingMessage,
  res: ServerResponse,
  root: string,
  environment: Record<string, string>,
  children: Set<ChildProcess>,
): void {
  const url = new URL(req.url ?? "/", "http://elsewhere");
  const child = spawn("git", ["http-backend"], {
    env: {
      ...environment,
      NODE_ENV: "test",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: String(req.headers["git-protocol"] ?? ""),
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: req.method ?? "GET",
      CONTENT_TYPE: req.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: req.headers["content-encoding"] ?? "",
      REMOTE_ADDR: "127.0.0.1",
    },
  });
  children.add(child);
  req.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    children.delete(child);
    const all = Buffer.concat(chunks);
    const end = all.indexOf("\r\n\r\n");
    const heads = all.subarray(0, end).toString("latin1").split("\r\n");
    for (const head of heads) {
      const colon = head.indexOf(":");
      const [key, value] = [head.slice(0, colon), head.slice(colon + 1).trim()];
      if (key.toLowerCase() === "status") res.statusCode = Number.parseInt(value, 10);
      else if (key !== "") res.setHeader(key, value);
    }
    res.end(all.subarray(end + 4));
  });
}
