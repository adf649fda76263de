import path from "node:path";
import { SERVICE_IDENTITY } from "@/domain/git/commit";
import { invalidArgument } from "@/server/git/error";

/**
 * plumbing: reads and builds objects, runs no hook. serve: http-backend, with the repository's own hooks.
 * checkout: writes a tree to a job's directory, symbolic links included.
 */
export type GitProfile = "plumbing" | "serve" | "checkout";

/** 512 MiB: one push, and one request body. */
export const MAX_PUSH_BYTES = 512 * 1024 * 1024;

const COMMON = [
  "core.fsmonitor=false",
  "core.askPass=",
  "core.sshCommand=false",
  "core.quotePath=true",
  "core.protectHFS=true",
  "core.protectNTFS=true",
  "core.filesRefLockTimeout=2000",
  "core.packedRefsTimeout=2000",
  "credential.helper=",
  "gc.auto=0",
  "http.followRedirects=false",
  "i18n.commitEncoding=UTF-8",
  "i18n.logOutputEncoding=UTF-8",
  "log.showSignature=false",
  "maintenance.auto=false",
  "safe.bareRepository=explicit",
  "submodule.recurse=false",
  "transfer.fsckObjects=true",
];

const SERVE = [
  "core.symlinks=false",
  "http.getanyfile=false",
  "http.uploadpack=true",
  "pack.threads=1",
  "receive.autogc=false",
  "receive.denyDeleteCurrent=refuse",
  `receive.maxInputSize=${MAX_PUSH_BYTES}`,
  "receive.shallowUpdate=false",
  "transfer.hideRefs=refs/clearway",
  "uploadpack.allowAnySHA1InWant=false",
];

/**
 * The `-c` flags of a profile. They win over the repository's own configuration. `safe.directory` is for a
 * repository that another user of this machine owns; which one is served was decided before.
 */
export function configurationOf(profile: GitProfile, directory: string): string[] {
  const own = {
    plumbing: ["core.hooksPath=/dev/null", "core.symlinks=false"],
    checkout: ["core.hooksPath=/dev/null", "core.symlinks=true", "core.bare=false"],
    serve: [`core.hooksPath=${path.join(directory, "hooks")}`, "safe.directory=*", ...SERVE],
  }[profile];
  return [...COMMON, ...own].flatMap((setting) => ["-c", setting]);
}

/** The whole environment of a git process: nothing of ours leaks in, no transport is allowed. */
export function environmentOf(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C",
    TZ: "UTC",
    GIT_ALLOW_PROTOCOL: "",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_AUTHOR_EMAIL: SERVICE_IDENTITY.email,
    GIT_AUTHOR_NAME: SERVICE_IDENTITY.name,
    GIT_COMMITTER_EMAIL: SERVICE_IDENTITY.email,
    GIT_COMMITTER_NAME: SERVICE_IDENTITY.name,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_TERMINAL_PROMPT: "0",
    ...extra,
  };
}

/** A repository directory comes from our database; relative or odd ones are a mistake of ours. */
export function assertDirectory(directory: string): void {
  if (!path.isAbsolute(directory) || path.normalize(directory) !== directory || directory.includes("\0")) {
    throw invalidArgument("A repository directory must be an absolute, normal path.");
  }
}
