import type { WorkItemType } from "@/domain/work-items/status";
import type { SprintTime } from "../calendar";
import type { FileChange } from "../git-history";
import type { ClientKey, PersonKey } from "../organisation";

export type StoryCommit = {
  readonly message: string;
  /** Default: the feature's author. */
  readonly by?: PersonKey;
  readonly coAuthor?: PersonKey;
  readonly files: Readonly<Record<string, FileChange>>;
  readonly renames?: Readonly<Record<string, string>>;
};

export type WorkItem = { readonly key: string; readonly type: WorkItemType; readonly title: string };

/** A work item, its branch and what became of it. Times are of the sprint that the feature belongs to. */
export type Feature = WorkItem & {
  readonly slug: string;
  readonly author: PersonKey;
  readonly commits: readonly StoryCommit[];
  readonly pushed: SprintTime;
  /** Its pull request; without one it stays a branch. */
  readonly opened?: SprintTime;
  readonly description?: string;
  /** Its pipeline is not recorded: the runner runs it once Clearway has started. */
  readonly isBuiltHere?: boolean;
  readonly approved?: { readonly at: SprintTime; readonly by: PersonKey; readonly reason?: string };
};

/** Somebody from QA looks at what waits for it in an environment. */
export type Look = {
  readonly at: SprintTime;
  readonly by: PersonKey;
  readonly in: "qa" | "uat";
  /** Rejects one component's deployment; the others stay as they are. */
  readonly rejects?: { readonly component: string; readonly reason: string };
};

export type Decision = { readonly at: SprintTime; readonly by: PersonKey; readonly reason?: string };

export type ToMaster = { readonly asked: Decision; readonly votes: readonly Decision[] };

/** The newest release on master to one slot of production. Times are of the sprint in which it is listed. */
export type Rollout = {
  readonly component: string;
  readonly client?: ClientKey;
  readonly asked: Decision;
  readonly votes: readonly Decision[];
  readonly cancelled?: Decision;
};

/** Back to the release that ran before. */
export type StoryRollback = {
  readonly component: string;
  readonly client?: ClientKey;
  readonly asked: Required<Decision>;
  readonly votes: readonly Decision[];
};

export type SprintStory = {
  readonly features: readonly Feature[];
  readonly looks: readonly Look[];
  readonly toMaster?: ToMaster;
  readonly rollouts?: readonly Rollout[];
  readonly rollbacks?: readonly StoryRollback[];
  /** Branches beside the plan: stale, misnamed. */
  readonly strays?: readonly Stray[];
};

/** `{sprint}` in the name is the key of its sprint. */
export type Stray = {
  readonly branch: string;
  readonly author: PersonKey;
  readonly pushed: SprintTime;
  readonly commits: readonly StoryCommit[];
};

export type ProductStory = {
  readonly key: string;
  readonly techLead: PersonKey;
  /** Before the first sprint: how the repository began, day by day. */
  readonly beginnings: readonly (StoryCommit & { readonly by: PersonKey; readonly daysBefore: number })[];
  readonly closed: readonly SprintStory[];
  /** The open sprint; `last` is its last working day so far. */
  readonly open: (last: number) => SprintStory;
  /** Planned, not begun. */
  readonly backlog: readonly WorkItem[];
};
