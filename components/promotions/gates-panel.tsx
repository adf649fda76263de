import { peopleHref } from "@/components/people/people-search";
import { AppLink } from "@/components/ui/app-link";
import { ClockTime } from "@/components/ui/clock-time";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { GATE_MARKS, GATE_NAMES, GATE_WORDS } from "./gate-names";
import type { PromotionCard } from "./promotion";

type Gate = PromotionCard["gates"][number];

const FIRST: Record<Gate["status"], number> = { fail: 0, pending: 1, pass: 2 };

/** The facts that must hold, what is in the way first. */
export function GatesPanel({ card }: { card: PromotionCard }) {
  const gates = [...card.gates].sort((a, b) => FIRST[a.status] - FIRST[b.status]);
  const passed = gates.filter((gate) => gate.status === "pass").length;
  const latest = gates.reduce<Date | null>(
    (last, gate) => (last === null || gate.evaluatedAt > last ? gate.evaluatedAt : last),
    null,
  );
  return (
    <Panel
      title="Gates"
      note={
        gates.length === 0 ? undefined : (
          <>
            {passed} of {gates.length} passed
            {latest ? (
              <>
                {" "}
                · looked at <ClockTime at={latest} />
              </>
            ) : null}
          </>
        )
      }
      flush={gates.length > 0}
    >
      {gates.length === 0 ? (
        <p className="text-ink-2">Nobody has looked yet; that takes a moment.</p>
      ) : (
        <ul>
          {gates.map((gate) => (
            <li
              key={gate.key}
              className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 gap-y-0.5 border-b px-4 py-2 last:border-b-0 md:grid-cols-[auto_112px_minmax(0,1fr)]"
            >
              <StatusMark
                status={GATE_MARKS[gate.status]}
                label={GATE_WORDS[gate.status]}
                className="mt-[3px]"
              />
              <span className="font-medium">{GATE_NAMES[gate.key]}</span>
              <div className="min-w-0 max-md:col-start-2">
                <span className={gate.status === "pass" ? "text-ink-2" : undefined}>
                  <UntrustedText hasPaths>{gate.detail}</UntrustedText>
                </span>
                <GateFacts gate={gate} canManagePeople={card.you.canManagePeople} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** For whoever may: the form with the address in it. */
function AddAuthors({ addresses }: { addresses: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      {addresses.map((address) => (
        <AppLink
          key={address}
          href={peopleHref({ tab: "people", add: address })}
          className="text-accent hover:underline"
        >
          Add <UntrustedText>{address}</UntrustedText>
        </AppLink>
      ))}
    </span>
  );
}

/** What a gate's sentence was made from, where there is more to see: the run, the files, the slots. */
function GateFacts({ gate, canManagePeople }: { gate: Gate; canManagePeople: boolean }) {
  const { runNumber, unknown, conflicts, environments, waitsFor } = gate.facts as {
    runNumber?: number;
    unknown?: string[];
    conflicts?: string[];
    environments?: VerifiedSlot[];
    waitsFor?: WaitedFor[];
  };
  if (gate.key === "checks" && typeof runNumber === "number") {
    return (
      <>
        {" "}
        <AppLink href={`/pipelines/${runNumber}`} className="text-accent hover:underline">
          Open the run
        </AppLink>
      </>
    );
  }
  if (gate.key === "contributors_known" && unknown && canManagePeople) {
    return <AddAuthors addresses={unknown.filter((address) => address.includes("@")).slice(0, 3)} />;
  }
  if (gate.key === "mergeable" && conflicts && conflicts.length > 1) {
    return (
      <details className="mt-1 text-ink-2">
        <summary>All {conflicts.length} files</summary>
        <ul className="mt-1">
          {conflicts.map((path) => (
            <li key={path}>
              <Version>{path}</Version>
            </li>
          ))}
        </ul>
      </details>
    );
  }
  if (gate.key === "verified_in" && environments) {
    return (
      <>
        {waitsFor && waitsFor.length > 0 ? <WaitsFor promotions={waitsFor} /> : null}
        <VerifiedSlots slots={environments} />
      </>
    );
  }
  return null;
}

type WaitedFor = { number: number; title: string };

/** The promotions that bring it there: whoever waits can look at them, or decide them. */
function WaitsFor({ promotions }: { promotions: readonly WaitedFor[] }) {
  return (
    <ul aria-label="Waits for">
      {promotions.map(({ number, title }) => (
        <li key={number}>
          <AppLink href={`/promotions/${number}`} className="text-accent hover:underline">
            #{number} <UntrustedText>{title}</UntrustedText>
          </AppLink>
        </li>
      ))}
    </ul>
  );
}

type VerifiedSlot = {
  environment: string;
  component: string;
  version: string | null;
  since: string | null;
  isThisTree: boolean;
};

function VerifiedSlots({ slots }: { slots: readonly VerifiedSlot[] }) {
  return (
    <ul className="mt-1 flex flex-col gap-y-0.5 text-ink-2">
      {slots.map((slot) => (
        <li key={`${slot.environment}/${slot.component}`} className="flex items-center gap-1.5">
          <StatusMark
            status={slot.isThisTree ? "ok" : "waiting"}
            label={slot.isThisTree ? "this very tree" : "another tree"}
            className="size-3"
          />
          <span>
            {slot.environment} · <UntrustedText>{slot.component}</UntrustedText>{" "}
            {slot.version ? <Version>{slot.version}</Version> : "nothing"}
            {slot.isThisTree && slot.since ? (
              <>
                {" "}
                since <ClockTime at={slot.since} />
              </>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
