export const WORK_ITEM_TYPES = ["story", "bug", "task"] as const;
export type WorkItemType = (typeof WORK_ITEM_TYPES)[number];

export const WORK_ITEM_STATES = ["proposed", "in_progress", "resolved", "completed", "removed"] as const;
export type WorkItemState = (typeof WORK_ITEM_STATES)[number];
