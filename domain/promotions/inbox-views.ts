export const INBOX_VIEWS = ["waits-for-me", "all", "mine", "running", "done"] as const;
export type InboxView = (typeof INBOX_VIEWS)[number];
