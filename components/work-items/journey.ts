import { standingOf } from "@/components/promotions/promotion-status";
import type { Outputs } from "@/components/trpc/outputs";
import type { Status } from "@/components/ui/status-mark";

export type WorkItem = Outputs["workItems"]["get"];

export type Step = {
  key: string;
  title: string;
  status: Status;
  /** What the mark says. */
  words: string;
  isReached: boolean;
  detail: string | null;
  href: string | null;
  at: Date | null;
  isProduction: boolean;
};

const AHEAD = { status: "superseded", words: "not yet", isReached: false } as const;

/** The way of a change: branch, pull request, sprint, each environment, master, production per client. */
export function stepsOf(item: WorkItem): Step[] {
  const lanes = item.lanes.map((lane) => ({ ...lane, isProduction: lane.environment.isProduction }));
  const before = lanes.filter(({ isProduction }) => !isProduction).map(laneStep);
  const production = lanes.filter(({ isProduction }) => isProduction).flatMap(clientSteps);
  return [
    branchStep(item),
    pullRequestStep(item),
    landingStep(item, "sprint"),
    ...before,
    landingStep(item, "master"),
    ...production,
  ];
}

function branchStep(item: WorkItem): Step {
  const [branch] = item.branches;
  const isReached = branch !== undefined || item.commits.length > 0 || item.landings.length > 0;
  return {
    key: "branch",
    title: "Branch",
    ...(isReached ? { status: "ok", words: "there", isReached } : AHEAD),
    detail: branch?.name ?? (isReached ? "its branch is gone" : null),
    href: branch ? `/repositories/${encodeURIComponent(branch.repositoryKey)}#branches` : null,
    at: branch?.lastCommitAt ?? item.commits[0]?.committedAt ?? null,
    isProduction: false,
  };
}

function pullRequestStep(item: WorkItem): Step {
  const newest = item.pullRequests.find(({ state }) => state !== "closed") ?? item.pullRequests[0];
  if (!newest) {
    const isMerged = item.landings.some(({ contains }) => contains === "all");
    const standing = isMerged ? ({ status: "ok", words: "merged", isReached: true } as const) : AHEAD;
    return { key: "pull", title: "Pull request", ...standing, ...NOTHING };
  }
  const standing =
    newest.state === "open" && newest.promotion
      ? standingOf({ kind: "merge", state: newest.promotion.state, isBlocked: false })
      : newest.state === "merged"
        ? { status: "ok" as const, words: "merged" }
        : { status: "superseded" as const, words: newest.state };
  return {
    key: "pull",
    title: `Pull request #${newest.number}`,
    ...standing,
    isReached: newest.state === "merged",
    detail: `${standing.words}, into ${newest.targetBranch}`,
    href: `/pull-requests/${newest.number}`,
    at: newest.updatedAt,
    isProduction: false,
  };
}

const NOTHING = { detail: null, href: null, at: null, isProduction: false } as const;

function landingStep(item: WorkItem, kind: "sprint" | "master"): Step {
  const own = item.landings.filter((one) => one.kind === kind);
  // It came into the sprint that its pull request named; later ones have it from there.
  const landing =
    own.find(({ branch }) => item.pullRequests.some(({ targetBranch }) => targetBranch === branch)) ??
    own.at(-1);
  const title = kind === "sprint" ? "Sprint" : "Master";
  if (!landing) return { key: kind, title, ...AHEAD, ...NOTHING };
  const isReached = landing.contains === "all";
  return {
    key: kind,
    title,
    ...(isReached
      ? { status: "ok", words: "has all of it", isReached }
      : { status: "running", words: "has a part of it", isReached }),
    detail: kind === "sprint" ? landing.branch : isReached ? "has all of it" : "has a part of it",
    href: !landing.isOpenToReader
      ? null
      : landing.pullRequestNumber
        ? `/pull-requests/${landing.pullRequestNumber}`
        : `/repositories/${encodeURIComponent(landing.repositoryKey)}#branches`,
    at: landing.since,
    isProduction: false,
  };
}

/** What is installed once for all clients. */
const COMMON = "Common";

type Lane = WorkItem["lanes"][number];
type LaneSlot = Lane["slots"][number];

function laneStep(lane: Lane): Step {
  return slotsStep(lane.environment.key, lane.environment.name, lane.slots, false);
}

/** Production by client; what is common to all stands first. */
function clientSteps(lane: Lane): Step[] {
  const clients = new Map<string, LaneSlot[]>();
  for (const slot of lane.slots) {
    const name = slot.client?.name ?? COMMON;
    clients.set(name, [...(clients.get(name) ?? []), slot]);
  }
  return [...clients].map(([name, slots]) => slotsStep(`${lane.environment.key}${name}`, name, slots, true));
}

function slotsStep(key: string, title: string, slots: readonly LaneSlot[], isProduction: boolean): Step {
  const having = slots.filter(({ contains }) => contains === "all");
  const isReached = having.length === slots.length && slots.length > 0;
  const isPartly = !isReached && slots.some(({ contains }) => contains !== "none");
  const since = having.flatMap(({ since: at }) => at ?? []).map((at) => at.getTime());
  const running = [...new Set(slots.flatMap(({ release }) => release?.version ?? []))];
  const [only] = slots;
  return {
    key,
    title,
    ...(isReached
      ? { status: "ok", words: "runs all of it", isReached }
      : isPartly
        ? { status: "running", words: "runs a part of it", isReached }
        : AHEAD),
    detail: running.length === 0 ? "nothing installed" : `runs ${running.slice(0, 2).join(", ")}`,
    href: slots.length === 1 && only ? `/environments/slots/${only.slotId}` : "/environments",
    at: isReached && since.length > 0 ? new Date(Math.max(...since)) : null,
    isProduction,
  };
}

/** The answer to "where is it?" in one sentence. */
export function whereInWords(steps: readonly Step[]): string {
  const production = steps.filter(({ isProduction }) => isProduction);
  const live = production.filter(({ isReached }) => isReached).map(placeInWords);
  if (live.length > 0 && live.length === production.length) return "It is in production, everywhere.";
  if (live.length > 0) {
    const missing = production.filter(({ isReached }) => !isReached).map(placeInWords);
    return `It is in production for ${listOf(live)}; not yet for ${listOf(missing)}.`;
  }
  const last = steps.findLast(({ isReached, isProduction }) => isReached && !isProduction);
  const next = last ? steps[steps.indexOf(last) + 1] : undefined;
  if (!last) return "No branch and no commit names it yet.";
  const reached =
    last.key === "branch" ? "on its branch" : last.key === "pull" ? "merged" : `in ${last.title}`;
  return next ? `It is ${reached}; not yet ${nextInWords(next)}.` : `It is ${reached}.`;
}

function placeInWords({ title }: Step): string {
  return title === COMMON ? "the common components" : title;
}

function nextInWords(step: Step): string {
  if (step.key === "pull" || step.title.startsWith("Pull request")) return "merged";
  return step.isProduction ? "in production" : `in ${step.title}`;
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
