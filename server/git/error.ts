export type GitErrorCode =
  | "failed"
  | "timed_out"
  | "output_too_large"
  | "busy"
  | "aborted"
  | "not_installed"
  | "invalid_argument"
  | "unrelated_histories";

/** What went wrong with git. `stderr` is for logs and tests, never for a screen: it may hold paths. */
export class GitError extends Error {
  readonly code: GitErrorCode;
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(
    code: GitErrorCode,
    message: string,
    details: { exitCode?: number | null; stderr?: string } = {},
  ) {
    super(message);
    this.name = "GitError";
    this.code = code;
    this.exitCode = details.exitCode ?? null;
    this.stderr = details.stderr ?? "";
  }
}

export function invalidArgument(sentence: string): GitError {
  return new GitError("invalid_argument", sentence);
}
