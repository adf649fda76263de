import { AppLink } from "@/components/ui/app-link";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { Step } from "./journey";

/** A line with a stop for every place, and behind the double rule each client's production. */
export function JourneyPicture({ steps }: { steps: readonly Step[] }) {
  const line = steps.filter(({ isProduction }) => !isProduction);
  const production = steps.filter(({ isProduction }) => isProduction);
  return (
    <div className="flex flex-col gap-y-5 lg:flex-row">
      <ol className="flex min-w-0 flex-col md:flex-row lg:flex-1">
        {line.map((step, position) => (
          <Stop key={step.key} step={step} isLast={position === line.length - 1} />
        ))}
      </ol>
      {production.length > 0 ? (
        <section
          aria-label="Production"
          className="max-lg:border-t max-lg:pt-4 lg:w-72 lg:border-l-4 lg:border-l-line-strong lg:pl-5 lg:[border-left-style:double]"
        >
          <h3 className="mb-1.5 text-ink-2 text-xs">Production</h3>
          <ul className="flex flex-col gap-1">
            {production.map((step) => (
              <Client key={step.key} step={step} />
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function Stop({ step, isLast }: { step: Step; isLast: boolean }) {
  return (
    <li className="relative flex gap-3 pb-4 last:pb-0 md:min-w-0 md:flex-1 md:flex-col md:gap-2 md:pr-4 md:pb-0">
      {isLast ? null : (
        <span
          aria-hidden
          className={classNames(
            "absolute max-md:top-5 max-md:bottom-0 max-md:left-[7px] max-md:border-l-2 md:top-[7px] md:right-1 md:left-5 md:border-t-2",
            step.isReached ? "border-ok" : "border-line-strong border-dashed",
          )}
        />
      )}
      <span className="relative flex h-4 w-4 shrink-0 items-center bg-panel">
        <StatusMark status={step.status} label={step.words} className="size-4" />
      </span>
      <span className="min-w-0">
        <span className="block font-medium">
          <Title step={step} />
        </span>
        <span className="block break-words text-ink-2 text-xs">
          {step.detail ? <UntrustedText>{step.detail}</UntrustedText> : step.words}
        </span>
        {step.at ? <TimeAgo at={step.at} className="block text-ink-2 text-xs" /> : null}
      </span>
    </li>
  );
}

function Client({ step }: { step: Step }) {
  return (
    <li className="flex items-baseline gap-2">
      <StatusMark status={step.status} label={step.words} className="translate-y-0.5" />
      <Title step={step} />
      <span className="ml-auto text-right text-ink-2 text-xs">
        {step.detail ? <UntrustedText>{step.detail}</UntrustedText> : step.words}
        {step.at ? (
          <>
            , <TimeAgo at={step.at} />
          </>
        ) : null}
      </span>
    </li>
  );
}

function Title({ step }: { step: Step }) {
  if (!step.href) return step.title;
  return (
    <AppLink href={step.href} className="hover:underline">
      {step.title}
    </AppLink>
  );
}
