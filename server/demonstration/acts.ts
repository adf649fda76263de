import { and, desc, eq, inArray, isNull } from "drizzle-orm";
import { branches, deployments, promotions, releaseCommits, releases } from "@/db/schema";
import { classifyBranch } from "@/domain/branches/naming";
import { parseSha, type Sha, ZERO_SHA } from "@/domain/git/sha";
import { deleteBranch } from "../branches/delete";
import { deleteRef, resolveRef, setRef } from "../git/refs";
import { requestDeployment, requestRollback } from "../promotions/request";
import type { PromotionRow } from "../promotions/rows";
import { openPullRequest } from "../pull-requests/commands";
import { repositoryDirectory } from "../repositories/location";
import { readRepository } from "../repositories/read";
import { makeCommits, notePush } from "./git-history";
import { PEOPLE, type PersonKey } from "./organisation";
import type { StoryCommit } from "./stories/story";
import { found, type Place, type World } from "./world";

const MINUTES_BETWEEN_COMMITS = 23;

/** Commits of a person on a branch, pushed in one go. `base` is where a new branch is cut from. */
export async function push(
  world: World,
  productKey: string,
  by: PersonKey,
  branch: string,
  base: string | null,
  commits: readonly (StoryCommit & { at?: Date })[],
): Promise<void> {
  const { repository } = world.product(productKey);
  const directory = repositoryDirectory(world, repository);
  const before = await resolveRef(directory, `refs/heads/${branch}`);
  const from =
    before ?? (base ? found(await resolveRef(directory, `refs/heads/${base}`), `branch ${base}`) : null);
  const key = classifyBranch(branch).workItemKey;
  const pushedAt = world.clock.now.getTime();
  const newSha = await makeCommits(
    directory,
    branch,
    from,
    commits.map((commit, index) => {
      const ago = (commits.length - index - 1) * MINUTES_BETWEEN_COMMITS + 4;
      const { name, email } = PEOPLE[commit.by ?? by];
      const coAuthor = commit.coAuthor ? PEOPLE[commit.coAuthor] : null;
      const subject = key ? `${key}: ${commit.message}` : commit.message;
      return {
        author: { name, email },
        at: commit.at ?? new Date(pushedAt - ago * 60_000),
        message: coAuthor ? `${subject}\n\nCo-authored-by: ${coAuthor.name} <${coAuthor.email}>` : subject,
        files: commit.files,
        ...(commit.renames ? { renames: commit.renames } : {}),
      };
    }),
  );
  await noteAndRead(world, productKey, by, branch, before, newSha);
}

async function noteAndRead(
  world: World,
  productKey: string,
  by: PersonKey,
  branch: string,
  oldSha: string | null,
  newSha: string,
): Promise<void> {
  const { repository } = world.product(productKey);
  const directory = repositoryDirectory(world, repository);
  const { personId } = world.catalogue.people[by];
  await notePush(directory, {
    id: `${world.clock.now.getTime()}-${newSha.slice(0, 12)}-${branch.length}`,
    personId,
    moves: [{ branch, oldSha: oldSha ? parseSha(oldSha) : null, newSha: parseSha(newSha) }],
  });
  await readRepository(world.asSystem("repositories.read"), repository.id);
}

/** What somebody had lying about, pushed in one go: a branch without commits stays where its base is. */
export async function pushLeftovers(
  world: World,
  productKey: string,
  by: PersonKey,
  base: string,
  leftovers: readonly { branch: string; messages: readonly string[]; daysOld: number }[],
): Promise<void> {
  const { repository } = world.product(productKey);
  const directory = repositoryDirectory(world, repository);
  const from = found(await resolveRef(directory, `refs/heads/${base}`), `branch ${base}`);
  const { name, email } = PEOPLE[by];
  const moves: { branch: string; oldSha: null; newSha: Sha }[] = [];
  for (const { branch, messages, daysOld } of leftovers) {
    const last = world.clock.now.getTime() - daysOld * 86_400_000;
    const commits = messages.map((message, index) => ({
      author: { name, email },
      at: new Date(last - (messages.length - index) * 3 * 3_600_000),
      message,
      files: { [`notes/${branch.split("/").at(-1)}.md`]: `${messages.slice(0, index + 1).join("\n")}\n` },
    }));
    if (commits.length === 0) await setRef(directory, `refs/heads/${branch}`, from, ZERO_SHA);
    const newSha = commits.length === 0 ? from : await makeCommits(directory, branch, from, commits);
    moves.push({ branch, oldSha: null, newSha });
  }
  const { personId } = world.catalogue.people[by];
  await notePush(directory, { id: `${world.clock.now.getTime()}-left-${by}`, personId, moves });
  await readRepository(world.asSystem("repositories.read"), repository.id);
}

/** Somebody thinks better of a branch, in Clearway: it can be restored. */
export async function discard(world: World, productKey: string, by: PersonKey, name: string): Promise<void> {
  const { repository } = world.product(productKey);
  const [row] = await world.db
    .select({ branchId: branches.id, headSha: branches.headSha })
    .from(branches)
    .where(
      and(eq(branches.repositoryId, repository.id), eq(branches.name, name), isNull(branches.deletedAt)),
    );
  await deleteBranch(world.as(by), found(row, `branch ${name}`));
}

/** A tech lead cuts the sprint's branch from master. */
export async function cutSprint(
  world: World,
  productKey: string,
  by: PersonKey,
  branch: string,
): Promise<void> {
  const { repository } = world.product(productKey);
  const directory = repositoryDirectory(world, repository);
  const master = found(await resolveRef(directory, "refs/heads/master"), "master");
  await setRef(directory, `refs/heads/${branch}`, master, ZERO_SHA);
  await noteAndRead(world, productKey, by, branch, null, master);
}

/** Merged branches are deleted when their sprint is over. */
export async function deleteBranches(
  world: World,
  productKey: string,
  names: readonly string[],
): Promise<void> {
  const { repository } = world.product(productKey);
  const directory = repositoryDirectory(world, repository);
  for (const name of names) {
    const head = await resolveRef(directory, `refs/heads/${name}`);
    if (head) await deleteRef(directory, `refs/heads/${name}`, head);
  }
  await readRepository(world.asSystem("repositories.read"), repository.id);
}

export async function open(
  world: World,
  productKey: string,
  by: PersonKey,
  input: { sourceBranch: string; targetBranch: string; title: string; description?: string | undefined },
): Promise<void> {
  const { repository } = world.product(productKey);
  await openPullRequest(world.as(by), {
    repositoryKey: repository.key,
    sourceBranch: input.sourceBranch,
    targetBranch: input.targetBranch,
    title: input.title,
    description: input.description ?? "",
  });
}

export async function mergeOf(world: World, productKey: string, sourceBranch: string): Promise<PromotionRow> {
  const { repository } = world.product(productKey);
  const [row] = await world.db
    .select()
    .from(promotions)
    .where(and(eq(promotions.repositoryId, repository.id), eq(promotions.sourceBranch, sourceBranch)))
    .orderBy(desc(promotions.number))
    .limit(1);
  return found(row, `merge of ${sourceBranch}`);
}

/** The newest release that has reached master. */
export async function requestRollout(
  world: World,
  productKey: string,
  by: PersonKey,
  place: Place,
  reason: string | undefined,
): Promise<void> {
  const { repository } = world.product(productKey);
  const [release] = await world.db
    .select({ id: releases.id })
    .from(releaseCommits)
    .innerJoin(releases, eq(releases.id, releaseCommits.releaseId))
    .where(and(eq(releases.repositoryId, repository.id), eq(releaseCommits.ref, "refs/heads/master")))
    .orderBy(desc(releaseCommits.createdAt))
    .limit(1);
  const slot = await world.slotOf(place);
  await requestDeployment(world.as(by), {
    releaseId: found(release, `release of ${productKey} on master`).id,
    slotIds: [slot.id],
    ...(reason ? { reason } : {}),
  });
}

/** Back to what ran in the slot before. */
export async function requestBack(world: World, by: PersonKey, place: Place, reason: string): Promise<void> {
  const slot = await world.slotOf(place);
  const [before] = await world.db
    .select({ releaseId: deployments.releaseId })
    .from(deployments)
    .where(and(eq(deployments.slotId, slot.id), inArray(deployments.state, ["superseded"])))
    .orderBy(desc(deployments.number))
    .limit(1);
  await requestRollback(world.as(by), {
    slotId: slot.id,
    releaseId: found(before, `release before in ${place.component}`).releaseId,
    reason,
    withdrawsRelease: true,
  });
}

/** The version that a deployment has brought into production; null when it has not come to that. */
export async function deployedVersion(world: World, promotionId: string): Promise<string | null> {
  const [row] = await world.db
    .select({ version: releases.version })
    .from(promotions)
    .innerJoin(releases, eq(releases.id, promotions.releaseId))
    .where(
      and(eq(promotions.id, promotionId), eq(promotions.kind, "deploy"), eq(promotions.state, "succeeded")),
    );
  return row?.version ?? null;
}
