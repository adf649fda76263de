import type { ReactNode } from "react";
import { AppLink } from "@/components/ui/app-link";
import { Panel } from "@/components/ui/panel";
import { StatusMark } from "@/components/ui/status-mark";
import type { ProductDetails } from "./catalog";
import { productHref } from "./catalog-search";

type Step = { label: string; isDone: boolean; hint: string; act: { label: string; href: string } | null };

/** What still lies between a product and its first delivery, each with where it is done. Gone when all is there. */
export function NextSteps({ product }: { product: ProductDetails }) {
  const steps = stepsOf(product);
  if (steps.every(({ isDone }) => isDone)) return null;
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <Panel
      title="Until its first delivery"
      note={`${steps.filter(({ isDone }) => isDone).length} of ${steps.length} done`}
    >
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
              {step.isDone ? null : (
                <span className="block text-ink-2">
                  {step.hint} {step.act ? <Go href={step.act.href}>{step.act.label}</Go> : null}
                </span>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Go({ href, children }: { href: string; children: ReactNode }) {
  return (
    <AppLink href={href} className="text-accent underline underline-offset-2">
      {children}
    </AppLink>
  );
}

function stepsOf(product: ProductDetails): Step[] {
  const { key, repositories, canEdit } = product;
  const ready = repositories.filter(({ state }) => state === "ready");
  const components = ready
    .flatMap((repository) => repository.components)
    .filter(({ retiredAt }) => !retiredAt);
  const perClient = components.filter(({ scope }) => scope === "client");
  const [first] = ready;
  const act = (label: string, href: string) => (canEdit ? { label, href } : null);
  const steps: Step[] = [
    {
      label: "A repository",
      isDone: ready.length > 0,
      hint: repositories.length > 0 ? "Its import has not ended yet." : "New with a starter, or imported.",
      act: repositories.length > 0 ? null : act("Add a repository", productHref({ key, act: "repository" })),
    },
    {
      label: "A component",
      isDone: components.length > 0,
      hint: "What is built from the repository and installed.",
      act: first ? act("Add a component", productHref({ key, act: "component", on: first.key })) : null,
    },
  ];
  if (perClient.length > 0) {
    steps.push({
      label: "A client that has it",
      isDone: perClient.some(({ clientCount }) => clientCount > 0),
      hint: "Components that are installed per client need a client.",
      act: act("Open clients", "/clients"),
    });
  }
  steps.push(
    {
      label: "Policies for sprint and master branches",
      isDone: product.hasBranchPolicies,
      hint: "Without one nothing is merged there.",
      act: { label: "Open policies", href: "/policies" },
    },
    {
      label: "An environment that is open",
      isDone: product.environments.open > 0,
      hint:
        product.environments.closed > 0
          ? "There are environments, but no policy is bound to them: they are closed."
          : "Where components are installed.",
      act: { label: "Open environments", href: "/environments" },
    },
    {
      label: "A first release",
      isDone: ready.some(({ releaseCount }) => releaseCount > 0),
      hint: "Push a feature branch and merge it into the sprint: what the sprint builds becomes a release.",
      act:
        first && product.canReadRepositories
          ? { label: "How to clone and push", href: `/repositories/${first.key}` }
          : null,
    },
  );
  return steps;
}
