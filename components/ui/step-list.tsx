import type { ReactNode } from "react";
import { AppLink } from "./app-link";
import { ButtonLink } from "./button";
import { Panel } from "./panel";
import { StatusMark } from "./status-mark";

export type Step = {
  label: string;
  isDone: boolean;
  /** What it is for, or why it is not done: shown until it is. */
  hint: string;
  /** Where it is done, by whoever looks. The first one of the next step is the page's button, where there is one. */
  acts: readonly { label: string; href: string }[];
};

type StepListProps = {
  title: string;
  steps: readonly Step[];
  /** The next act is a button; without it, a link as the others. */
  hasButton?: boolean;
};

/** What lies between now and something, in order: what is done is ticked, what is not says where it is done. */
export function StepList({ title, steps, hasButton = false }: StepListProps) {
  const next = steps.find(({ isDone }) => !isDone);
  const withButton = hasButton ? steps.find(({ isDone, acts }) => !isDone && acts.length > 0) : undefined;
  return (
    <Panel title={title} note={`${steps.filter(({ isDone }) => isDone).length} of ${steps.length} done`}>
      <ol className="flex flex-col gap-2.5">
        {steps.map((step) => (
          <li key={step.label} className="flex items-start gap-2.5">
            <StatusMark
              status={step.isDone ? "ok" : "waiting"}
              label={step.isDone ? "done" : "to do"}
              className="mt-[3px]"
            />
            <div className="min-w-0">
              <span className={step === next ? "font-medium" : step.isDone ? "text-ink-2" : undefined}>
                {step.label}
              </span>
              {step.isDone ? null : <Missing step={step} hasButton={step === withButton} />}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Missing({ step, hasButton }: { step: Step; hasButton: boolean }) {
  const [first, ...rest] = step.acts;
  const links = hasButton ? rest : step.acts;
  return (
    <>
      <span className="block text-ink-2">
        {step.hint}
        {hasButton ? null : <Links acts={links} />}
      </span>
      {hasButton && first ? (
        <span className="mt-2 mb-1 flex flex-wrap items-center gap-x-3 gap-y-2">
          <ButtonLink href={first.href} variant="primary" className="max-md:h-10">
            {first.label}
          </ButtonLink>
          <Links acts={links} />
        </span>
      ) : null}
    </>
  );
}

function Links({ acts }: Pick<Step, "acts">): ReactNode {
  return acts.map(({ label, href }) => (
    <span key={href} className="mr-2">
      {" "}
      <AppLink href={href} className="text-accent underline underline-offset-2">
        {label}
      </AppLink>
    </span>
  ));
}
