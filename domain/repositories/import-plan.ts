import { isAcceptableRef } from "@/domain/branches/naming";

/** A ref as the source tells it; any bytes may be in its name. */
export type SourceRef = { readonly name: string; readonly sha: string };
export type LeftOut = { readonly name: string; readonly reason: string };
export type ImportPlan =
  /** Which branch is master is for a person to say. */
  | { readonly kind: "asks"; readonly branches: readonly string[] }
  | {
      readonly kind: "take";
      /** From the source's full ref to ours. */
      readonly refs: readonly { readonly from: string; readonly to: string; readonly sha: string }[];
      readonly leftOut: readonly LeftOut[];
    };

const HEADS = "refs/heads/";
const MASTER = "refs/heads/master";
/** Tags that only Clearway writes. */
const OWN_TAGS = /^refs\/tags\/(rel|env)(\/|$)/i;
const SHOWN = 200;
const MAX_ASKED = 200;

/**
 * What is taken from a source: its branches and tags, with one branch as master. Everything else (pull requests, notes,
 * refs/clearway) is not even asked for; a name that cannot be used here is left out and said so.
 */
export function planImport(refs: readonly SourceRef[], masterFrom: string | null): ImportPlan {
  const heads = refs.filter((ref) => ref.name.startsWith(HEADS));
  const chosen = heads.find((ref) => ref.name === (masterFrom ? `${HEADS}${masterFrom}` : MASTER));
  if (!chosen || !isAcceptableRef(chosen.name)) {
    const names = heads.filter((ref) => isAcceptableRef(ref.name)).map((ref) => ref.name.slice(HEADS.length));
    return { kind: "asks", branches: inOrder(names).slice(0, MAX_ASKED) };
  }
  const taken: { from: string; to: string; sha: string }[] = [];
  const leftOut: LeftOut[] = [];
  for (const ref of refs) {
    const name = ref.name.slice(0, SHOWN);
    if (ref === chosen) taken.push({ from: ref.name, to: MASTER, sha: ref.sha });
    else if (ref.name === MASTER) leftOut.push({ name, reason: `${masterFrom} becomes master instead` });
    else if (OWN_TAGS.test(ref.name)) leftOut.push({ name, reason: "only Clearway writes such tags" });
    else if (!isAcceptableRef(ref.name)) leftOut.push({ name, reason: "its name cannot be used here" });
    else taken.push({ from: ref.name, to: ref.name, sha: ref.sha });
  }
  return { kind: "take", refs: taken, leftOut };
}

/** What most likely is the main branch comes first. */
function inOrder(names: readonly string[]): string[] {
  const likely = ["main", "trunk", "develop"];
  const rank = (name: string) => (likely.includes(name) ? likely.indexOf(name) : likely.length);
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
