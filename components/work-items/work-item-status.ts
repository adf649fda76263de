import type { Status } from "@/components/ui/status-mark";
import type { WorkItemState, WorkItemType } from "@/domain/work-items/status";

const STATES: Record<WorkItemState, { status: Status; words: string }> = {
  proposed: { status: "waiting", words: "proposed" },
  in_progress: { status: "running", words: "in progress" },
  resolved: { status: "waiting", words: "resolved" },
  completed: { status: "ok", words: "completed" },
  removed: { status: "superseded", words: "removed" },
};

export const workItemStanding = (state: WorkItemState) => STATES[state];

export const TYPE_NAMES: Record<WorkItemType, string> = { story: "Story", bug: "Bug", task: "Task" };
