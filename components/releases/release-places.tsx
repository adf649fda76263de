import { deploymentStanding } from "@/components/environments/deployment-status";
import { AppLink } from "@/components/ui/app-link";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { StatusText } from "@/components/ui/status-pill";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { placeName, type ReleasePage } from "./release";

type Deployment = ReleasePage["deployments"][number];

/** Every deployment of it, newest first: what is live stands among what was. */
export function ReleasePlaces({ page: { deployments } }: { page: ReleasePage }) {
  const live = deployments.filter(({ state }) => state === "live").length;
  return (
    <Panel
      title="Where it stands and stood"
      note={`${live} live, ${deployments.length - live} before`}
      flush={deployments.length > 0}
    >
      {deployments.length === 0 ? (
        <EmptyState title="It was deployed nowhere yet">Promote it from the environments page.</EmptyState>
      ) : (
        <ul>
          {[...deployments].sort(liveFirst).map((deployment) => (
            <Line key={deployment.id} deployment={deployment} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function liveFirst(a: Deployment, b: Deployment): number {
  return Number(b.state === "live") - Number(a.state === "live");
}

function Line({ deployment }: { deployment: Deployment }) {
  const standing = deploymentStanding(deployment.state);
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b px-4 py-2 last:border-b-0">
      <StatusText status={standing.status} className="shrink-0 max-sm:w-full sm:w-32">
        {standing.words}
      </StatusText>
      <AppLink href={`/environments/slots/${deployment.slotId}`} className="min-w-0 hover:underline">
        <UntrustedText>{deployment.componentKey}</UntrustedText> in{" "}
        <UntrustedText>{placeName(deployment)}</UntrustedText>
      </AppLink>
      <AppLink
        href={`/promotions/${deployment.promotionNumber}`}
        className="text-ink-2 hover:text-ink hover:underline"
      >
        #{deployment.promotionNumber}
      </AppLink>
      <TimeAgo
        at={deployment.finishedAt ?? deployment.createdAt}
        className="ml-auto whitespace-nowrap text-ink-2"
      />
    </li>
  );
}
