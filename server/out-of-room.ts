import { statfs } from "node:fs/promises";
import { DomainError } from "@/domain/errors";
import { GitError } from "./git/error";

/** A full disk, a full quota, a file larger than a limit allows. */
const CODES = ["ENOSPC", "EDQUOT", "EFBIG"];
const GIT_SAYS = /No space left on device|Disk quota exceeded|File too large/;

const NEXT_TO_NOTHING = 64 * 1024;

const TOLD = "Clearway's disk is full. Tell whoever runs it; run this again when there is room.";

/** What is told when a disk is full; null for every other error. Nothing is wrong with what was asked for then. */
export function outOfRoom(error: unknown): DomainError | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const isFull = error instanceof GitError ? GIT_SAYS.test(error.stderr) : CODES.includes(code);
  return isFull ? new DomainError("UNAVAILABLE", TOLD) : null;
}

/** The same for work below a directory: git does not always say why it could not write a file. */
export async function outOfRoomIn(directory: string, error: unknown): Promise<DomainError | null> {
  const told = outOfRoom(error);
  if (told || !(error instanceof GitError)) return told;
  const disk = await statfs(directory).catch(() => null);
  const isFull = disk !== null && disk.bavail * disk.bsize < NEXT_TO_NOTHING;
  return isFull ? new DomainError("UNAVAILABLE", TOLD) : null;
}
