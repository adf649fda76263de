import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export type Clone = {
  directory: string;
  git: (...args: string[]) => string;
  /** Writes files (null removes), commits as the clone's person and returns the SHA. */
  commit: (message: string, files: Record<string, string | null>) => string;
  remove: () => void;
};

/** A clone by the plain git client over http, with an access token as the password. */
export function cloneAs(
  person: { name: string; email: string },
  origin: string,
  repository: string,
  token: string,
): Clone {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-clone-"));
  const directory = path.join(home, repository);
  const url = new URL(`/git/${repository}.git`, origin);
  url.username = "token";
  url.password = token;
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    LANG: "C.UTF-8",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: person.name,
    GIT_AUTHOR_EMAIL: person.email,
    GIT_COMMITTER_NAME: person.name,
    GIT_COMMITTER_EMAIL: person.email,
    NODE_ENV: "test" as const,
  };
  const run = (cwd: string, args: string[]) =>
    execFileSync("git", args, {
      cwd,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  run(home, ["clone", "--quiet", url.href, directory]);
  const git = (...args: string[]) => run(directory, args);
  return {
    directory,
    git,
    commit: (message, files) => {
      for (const [file, content] of Object.entries(files)) {
        const target = path.join(directory, file);
        if (content === null) fs.rmSync(target);
        else {
          fs.mkdirSync(path.dirname(target), { recursive: true });
          fs.writeFileSync(target, content);
        }
      }
      git("add", "--all");
      git("commit", "--quiet", "--message", message);
      return git("rev-parse", "HEAD");
    },
    remove: () => fs.rmSync(home, { recursive: true, force: true }),
  };
}
