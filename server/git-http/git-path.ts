export type GitService = "git-upload-pack" | "git-receive-pack";

export type GitTarget = {
  /** The repository's key, without `.git`; two parts at most. */
  readonly repository: string;
  readonly service: GitService;
  /** advertise: GET info/refs; exchange: POST of the service itself. */
  readonly operation: "advertise" | "exchange";
};

const NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,99}";
const PATH = new RegExp(
  `^/git/(${NAME}(?:/${NAME})?)(?:\\.git)?/(?:(info/refs)\\?service=(git-(?:upload|receive)-pack)|(git-(?:upload|receive)-pack))$`,
);

/** The four requests of smart HTTP are all there is: the dumb protocol, escapes and other queries are null. */
export function parseGitPath(url: string): GitTarget | null {
  const [, path, advertised, query, posted] = PATH.exec(url) ?? [];
  const service = query ?? posted;
  if (path === undefined || service === undefined) return null;
  const repository = path.replace(/\.git$/, "");
  if (repository.includes("..")) return null;
  return {
    repository,
    service: service === "git-receive-pack" ? "git-receive-pack" : "git-upload-pack",
    operation: advertised === undefined ? "exchange" : "advertise",
  };
}
