import type { IncomingMessage, ServerResponse } from "node:http";
import { refuse } from "@/server/git-http/answer";
import { type GitService, type GitTarget, parseGitPath } from "@/server/git-http/git-path";
import { runHttpBackend } from "@/server/git-http/http-backend";

export type GitPrincipal = { readonly personId: string };
export type GitLocation = {
  readonly directory: string;
  readonly canWrite: boolean;
  readonly pullRequestUrl?: string;
};

export type GitHandlerOptions<P extends GitPrincipal> = {
  /** HTTP Basic; null refuses with 401. */
  readonly authenticate: (username: string, password: string) => Promise<P | null>;
  /** null for what does not exist and for what this person may not know to exist. */
  readonly locate: (principal: P, repositoryPath: string, service: GitService) => Promise<GitLocation | null>;
  /**
   * Awaited after every receive-pack, also a broken one: refs may have moved. What it throws goes to `report`;
   * the push itself has happened.
   */
  readonly afterPush: (directory: string, personId: string) => Promise<void>;
  readonly report?: (error: unknown) => void;
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
};

const AFTER_PUSH_MS = 5_000;

/** Answers everything under /git/: smart HTTP for plain git clients, and a refusal for the rest. */
export function createGitHandler<P extends GitPrincipal>(
  options: GitHandlerOptions<P>,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    const target = parseGitPath(req.url ?? "");
    if (!target) {
      return refuse(req, res, 404, "There is nothing here. Clone the URL that the repository's page shows.");
    }
    if (req.method !== (target.operation === "advertise" ? "GET" : "POST")) {
      return refuse(req, res, 405, "This is not how git asks.", {
        Allow: target.operation === "advertise" ? "GET" : "POST",
      });
    }
    if (target.operation === "exchange" && !isExchange(req, target)) {
      return refuse(req, res, 415, "This is not a request of a git client.");
    }
    const credentials = credentialsOf(req);
    const principal = credentials && (await options.authenticate(credentials.username, credentials.password));
    if (!principal) {
      return refuse(
        req,
        res,
        401,
        "The password is an access token from Clearway; the user name may be anything.",
        {
          "WWW-Authenticate": 'Basic realm="Clearway", charset="UTF-8"',
        },
      );
    }
    const location = await options.locate(principal, target.repository, target.service);
    if (!location) return refuse(req, res, 404, "There is no such repository, or you may not see it.");

    const isPush = target.service === "git-receive-pack" && target.operation === "exchange";
    await runHttpBackend(req, res, {
      target,
      repositoryDirectory: location.directory,
      personId: principal.personId,
      canWrite: location.canWrite,
      ...(location.pullRequestUrl === undefined ? {} : { pullRequestUrl: location.pullRequestUrl }),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...(options.maxBodyBytes === undefined ? {} : { maxBodyBytes: options.maxBodyBytes }),
      ...(isPush ? { beforeEnd: () => takeNote(options, location.directory, principal.personId) } : {}),
    });
  };
}

function isExchange(req: IncomingMessage, target: GitTarget): boolean {
  const encoding = req.headers["content-encoding"];
  return (
    req.headers["content-type"] === `application/x-${target.service}-request` &&
    (encoding === undefined || encoding === "gzip" || encoding === "x-gzip")
  );
}

/** The push has happened whatever this does, so it may neither fail it nor hold it for long. */
async function takeNote<P extends GitPrincipal>(
  options: GitHandlerOptions<P>,
  directory: string,
  personId: string,
): Promise<void> {
  const report = options.report ?? ((error: unknown) => console.error("after a push:", error));
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, AFTER_PUSH_MS);
  });
  await Promise.race([options.afterPush(directory, personId).catch(report), patience]);
  clearTimeout(timer);
}

const MAX_CREDENTIALS = 1024;

export function credentialsOf(req: IncomingMessage): { username: string; password: string } | null {
  const header = req.headers.authorization ?? "";
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined || encoded.length > MAX_CREDENTIALS) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon === -1 || text.includes("\0")) return null;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
