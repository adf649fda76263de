import { AppLink } from "@/components/ui/app-link";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { Step } from "./journey";

/** One line with a stop for every place: reached ones joined by a solid line, the rest by a dashed one. */
export function JourneyPicture({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="flex flex-col md:flex-row md:flex-wrap md:gap-y-6">
      {steps.map((step, position) => (
        <Stop
          key={step.key}
          step={step}
          isLast={position === steps.length - 1}
          startsProduction={step.isProduction && !steps[position - 1]?.isProduction}
        />
      ))}
    </ol>
  );
}

type StopProps = { step: Step; isLast: boolean; startsProduction: boolean };

function Stop({ step, isLast, startsProduction }: StopProps) {
  return (
    <li
      className={classNames(
        "relative flex gap-3 pb-4 last:pb-0 md:min-w-32 md:flex-1 md:basis-32 md:flex-col md:gap-2 md:pr-4 md:pb-0",
        startsProduction && "md:border-l-4 md:border-l-line-strong md:pl-4 md:[border-left-style:double]",
      )}
    >
      {isLast ? null : (
        <span
          aria-hidden
          className={classNames(
            "absolute max-md:top-5 max-md:bottom-0 max-md:left-[7px] max-md:border-l-2 md:top-[7px] md:right-0 md:left-6 md:border-t-2",
            startsProduction && "md:left-10",
            step.isReached ? "border-ok" : "border-line-strong border-dashed",
          )}
        />
      )}
      <span className="relative z-[1] flex h-4 w-4 shrink-0 items-center bg-panel">
        <StatusMark status={step.status} label={step.words} className="size-4" />
      </span>
      <span className="min-w-0">
        <span className="block font-medium">
          {step.href ? (
            <AppLink href={step.href} className="hover:underline">
              {step.title}
            </AppLink>
          ) : (
            step.title
          )}
        </span>
        <span className="block break-words text-ink-2 text-xs">
          {step.detail ? <UntrustedText>{step.detail}</UntrustedText> : step.words}
        </span>
        {step.at ? <TimeAgo at={step.at} className="block text-ink-2 text-xs" /> : null}
      </span>
    </li>
  );
}
