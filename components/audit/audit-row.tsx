import type { Outputs } from "@/components/trpc/outputs";
import { AppLink } from "@/components/ui/app-link";
import { ClockTime } from "@/components/ui/clock-time";
import { CopyButton } from "@/components/ui/copy-button";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { actionInWords } from "@/domain/audit/actions";
import { type AuditField, pushedRefs, readAuditPayload } from "@/domain/audit/payload";
import { type AuditAddress, auditHref } from "./audit-search";

export type AuditLine = Outputs["audit"]["list"]["items"][number];

/** One change in a line; unfolded, what each field was and became, and its place in the chain. */
export function AuditRow({ row, address }: { row: AuditLine; address: AuditAddress }) {
  const { fields, reason } = readAuditPayload(row.payload);
  return (
    <li className="border-b last:border-b-0">
      <details className="group/row">
        <summary className="grid min-h-9 list-none grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-4 gap-y-0.5 px-4 py-2 hover:bg-fill md:grid-cols-[10rem_14rem_minmax(0,1fr)_auto] [&::-webkit-details-marker]:hidden">
          <Actor name={row.actorName} />
          <span className="font-medium max-md:col-span-3 max-md:row-start-2">
            {actionInWords(row.action)}
          </span>
          <span className="min-w-0 max-md:col-span-3">
            <UntrustedText className="break-words">{row.subjectLabel}</UntrustedText>
            {row.action === "repository.pushed" ? <Pushed refs={pushedRefs(row.payload)} /> : null}
            {row.productName ? <span className="ml-3 text-ink-2 text-xs">{row.productName}</span> : null}
          </span>
          <ClockTime
            seconds
            at={row.at}
            className="whitespace-nowrap text-right text-ink-2 max-md:col-start-3 max-md:row-start-1"
          />
        </summary>
        <div className="border-t border-dashed bg-ground px-4 py-3">
          {reason ? (
            <p className="mb-3">
              <span className="text-ink-2">Reason: </span>
              <UntrustedText>{reason}</UntrustedText>
            </p>
          ) : null}
          {fields.length > 0 ? (
            <Fields fields={fields} />
          ) : (
            <p className="text-ink-2">No field is recorded.</p>
          )}
          <p className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-ink-2 text-xs">
            <span>
              #{row.sequence}, {new Date(row.at).toISOString()}
            </span>
            <Hash label="hash" value={row.hash} />
            <Hash label="previous" value={row.previousHash} />
            <AppLink
              href={auditHref({ ...address, subject: row.subjectId })}
              className="text-accent hover:underline"
            >
              Everything about this {row.subjectType.replaceAll("_", " ")}
            </AppLink>
          </p>
        </div>
      </details>
    </li>
  );
}

/** "Clearway (promotions.execute)": which of its tasks it was fits below the name. */
function Actor({ name }: { name: string }) {
  const [, who = name, task] = /^(Clearway) \((.+)\)$/.exec(name) ?? [];
  return (
    <span className="min-w-0">
      <UntrustedText className="block truncate">{who}</UntrustedText>
      {task ? <UntrustedText className="block truncate text-ink-2 text-xs">{task}</UntrustedText> : null}
    </span>
  );
}

const SHOWN_REFS = 2;

function Pushed({ refs }: { refs: readonly string[] }) {
  return (
    <>
      {refs.slice(0, SHOWN_REFS).map((ref) => (
        <Version key={ref} className="ml-3">
          {ref}
        </Version>
      ))}
      {refs.length > SHOWN_REFS ? (
        <span className="ml-3 text-ink-2 text-xs">and {refs.length - SHOWN_REFS} more</span>
      ) : null}
    </>
  );
}

function Hash({ label, value }: { label: string; value: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      {label} <code className="font-mono">{value.slice(0, 16)}…</code>
      <CopyButton value={value} label={`Copy the ${label} in full`} />
    </span>
  );
}

function Fields({ fields }: { fields: readonly AuditField[] }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Before and after"
      className="overflow-x-auto rounded-md border bg-panel"
    >
      <table className="w-full text-left text-xs">
        <thead>
          <tr className="text-ink-2">
            <th scope="col" className="w-40 px-3 py-1 font-normal">
              Field
            </th>
            <th scope="col" className="px-3 py-1 font-normal">
              Before
            </th>
            <th scope="col" className="px-3 py-1 font-normal">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.name} className="border-t align-top">
              <th scope="row" className="px-3 py-1 font-normal">
                <UntrustedText>{field.name}</UntrustedText>
              </th>
              <Value text={field.before} isOther={field.before !== field.after} tone="bg-bad-tint" />
              <Value text={field.after} isOther={field.before !== field.after} tone="bg-ok-tint" />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Value({ text, isOther, tone }: { text: string | null; isOther: boolean; tone: string }) {
  if (text === null) return <td className="px-3 py-1 text-ink-2">–</td>;
  return (
    <td className="px-3 py-1">
      <span className={`whitespace-pre-wrap break-all rounded-sm font-mono ${isOther ? `${tone} px-1` : ""}`}>
        <UntrustedText>{text}</UntrustedText>
      </span>
    </td>
  );
}
