import { addressOf } from "@/components/portal/address";

type NewPullRequest = { repository: string; source?: string; target?: string };

export function newPullRequestHref(given: NewPullRequest): string {
  return addressOf("/pull-requests/new", given);
}
