import type { ReactNode } from "react";
import { AppLink } from "@/components/ui/app-link";
import { type KeyValue, KeyValues } from "@/components/ui/key-values";
import { Panel } from "@/components/ui/panel";
import { Sha } from "@/components/ui/sha";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { isIn, WAITING_STATES } from "@/domain/promotions/status";
import type { PromotionCard } from "./promotion";

/** What exactly is decided on, by its hashes, and under which policy. */
export function ContentPanel({ card }: { card: PromotionCard }) {
  const { promotion, policy, content } = card;
  const items: (KeyValue | null)[] = [
    ...(content.kind === "merge" ? mergeFacts(card) : deployFacts(card)),
    { label: "Hands in it", value: <Contributors card={card} /> },
    { label: "Policy", value: `${policy.name}, version ${policy.version}` },
    promotion.reason
      ? { label: "Reason given", value: <UntrustedText>{promotion.reason}</UntrustedText> }
      : null,
  ];
  return (
    <Panel title="What is decided on">
      <KeyValues columns={3} className="grid-cols-2" items={items.filter((item) => item !== null)} />
    </Panel>
  );
}

function fact(label: string, value: ReactNode): KeyValue | null {
  return value ? { label, value } : null;
}

const sha = (value: string | null | undefined) => (value ? <Sha value={value} length={12} /> : null);

function mergeFacts({
  content,
  revision,
  repository,
  pullRequestNumber,
}: PromotionCard): (KeyValue | null)[] {
  if (content.kind !== "merge") return [];
  return [
    fact("Repository", <Version>{repository.key}</Version>),
    fact(
      "Pull request",
      pullRequestNumber ? (
        <AppLink href={`/pull-requests/${pullRequestNumber}`} className="text-accent hover:underline">
          #{pullRequestNumber}
        </AppLink>
      ) : null,
    ),
    fact("Source", sha(revision.sourceSha)),
    fact("Target", sha(content.candidate?.targetSha)),
    fact("Merge", sha(content.candidate?.commitSha)),
    fact("Tree", sha(content.candidate?.treeOid)),
  ];
}

function deployFacts(card: PromotionCard): (KeyValue | null)[] {
  const { promotion, content, release, component, environment, client } = card;
  if (content.kind !== "deploy") return [];
  const before = isIn(promotion.state, WAITING_STATES) ? "Runs now" : "Ran before";
  return [
    fact("Component", component ? <UntrustedText>{component.name}</UntrustedText> : null),
    fact(
      "Slot",
      <UntrustedText>{[client?.name, environment?.name].filter(Boolean).join(" ")}</UntrustedText>,
    ),
    fact("Release", release ? <Version>{release.version}</Version> : null),
    fact(before, content.artifact?.replaces ? <Version>{content.artifact.replaces}</Version> : "nothing"),
    fact("Tree", sha(content.artifact?.treeOid)),
    fact("Artifact", sha(content.artifact?.sha256)),
    fact("Digest", sha(release?.digest)),
  ];
}

const WHY: Record<string, string> = {
  author: "wrote",
  committer: "committed",
  "co-author": "co-wrote",
  pushed: "pushed",
  requested: "asked",
};

function Contributors({ card }: { card: PromotionCard }) {
  const people = new Map<string, { name: string; why: string[] }>();
  for (const { personId, name, why } of card.contributors) {
    const person = people.get(personId) ?? { name, why: [] };
    person.why.push(WHY[why] ?? why);
    people.set(personId, person);
  }
  if (people.size === 0) return <span className="text-ink-2">nobody's that Clearway knows</span>;
  return (
    <ul>
      {[...people].map(([id, { name, why }]) => (
        <li key={id}>
          <UntrustedText>{name}</UntrustedText> <span className="text-ink-2">{why.join(", ")}</span>
        </li>
      ))}
    </ul>
  );
}
