import { spawn } from "node:child_process";

export type ProgramResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end, with exactly this environment. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env: Readonly<Record<string, string>>; stdin?: string },
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd: options.cwd ?? "/",
      env: options.env as NodeJS.ProcessEnv,
      timeout: 60_000,
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({
        exitCode: code ?? -1,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
      }),
    );
    child.stdin.end(options.stdin ?? "");
  });
}
