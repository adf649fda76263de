import { StatusMark } from "@/components/ui/status-mark";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { PolicyPreview } from "./policy";

/** Said before the click: whether there are people enough, and to spare. */
export function PeopleEnough({ preview }: { preview: PolicyPreview }) {
  const { obstacles, warnings, decidesNowhere } = preview;
  if (obstacles.length > 0)
    return <Findings status="blocked" label="cannot be fulfilled" findings={obstacles} />;
  if (warnings.length > 0)
    return <Findings status="unknown" label="hardly people enough" findings={warnings} />;
  return (
    <p className="flex gap-2">
      <StatusMark status="ok" label="can be fulfilled" className="mt-[3px]" />
      <span className="min-w-0 text-ink-2">
        {decidesNowhere
          ? "It decides nowhere yet; whether there are people enough is looked at when it is bound."
          : "Can be fulfilled in every product, with whoever asks left out and any one more person away."}
      </span>
    </p>
  );
}

const FINDINGS_SHOWN = 5;

type FindingsProps = { status: "blocked" | "unknown"; label: string; findings: readonly string[] };

function Findings({ status, label, findings }: FindingsProps) {
  const more = findings.length - FINDINGS_SHOWN;
  return (
    <div className="flex flex-col gap-1">
      {findings.slice(0, FINDINGS_SHOWN).map((finding) => (
        <p key={finding} className="flex gap-2">
          <StatusMark status={status} label={label} className="mt-[3px]" />
          <span className="min-w-0">
            <UntrustedText>{finding}</UntrustedText>
          </span>
        </p>
      ))}
      {more > 0 ? <p className="ml-6 text-ink-2">and {more} more</p> : null}
    </div>
  );
}
