import { type BranchKind, classifyBranch, expectedBase } from "@/domain/branches/naming";
import type { Sha } from "@/domain/git/sha";
import type { GitBranch } from "../git/refs";

export type KnownBranch = {
  id: string;
  name: string;
  headSha: string;
  baseName: string | null;
  baseSha: string | null;
  lastPusherId: string | null;
};

export type BranchToWrite = {
  name: string;
  sha: Sha;
  kind: BranchKind;
  sprintKey: string | null;
  workItemKey: string | null;
  baseName: string | null;
  baseSha: Sha | null;
  known: KnownBranch | null;
  /** New, or its head is another commit than before; otherwise only its base has moved. */
  isMoved: boolean;
};

export type ReadingPlan = { write: BranchToWrite[]; gone: KnownBranch[] };

/** What differs between git's branches and the rows. Nothing differs: both lists are empty. */
export function planReading(
  heads: readonly GitBranch[],
  rows: readonly KnownBranch[],
  defaultBranch: string,
): ReadingPlan {
  const shas = new Map(heads.map((head) => [head.name, head.sha]));
  const known = new Map(rows.map((row) => [row.name, row]));
  const write = heads.flatMap(({ name, sha }): BranchToWrite[] => {
    const row = known.get(name) ?? null;
    const baseName = baseOf(name, shas, defaultBranch);
    const baseSha = baseName === null ? null : (shas.get(baseName) ?? null);
    const isMoved = row?.headSha !== sha;
    if (!isMoved && row.baseName === baseName && row.baseSha === baseSha) return [];
    const { kind, sprintKey, workItemKey } = classifyBranch(name);
    return [{ name, sha, kind, sprintKey, workItemKey, baseName, baseSha, known: row, isMoved }];
  });
  return { write, gone: rows.filter((row) => !shas.has(row.name)) };
}

function baseOf(name: string, shas: ReadonlyMap<string, Sha>, defaultBranch: string): string | null {
  const expected = expectedBase(name);
  if (expected !== null && shas.has(expected)) return expected;
  return name !== defaultBranch && shas.has(defaultBranch) ? defaultBranch : null;
}
