import { type Step, StepList } from "@/components/ui/step-list";
import type { ProductDetails } from "./catalog";
import { productHref } from "./catalog-search";

/** What still lies between a product and its first delivery, each with where it is done. Gone when all is there. */
export function NextSteps({ product }: { product: ProductDetails }) {
  const steps = stepsOf(product);
  if (steps.every(({ isDone }) => isDone)) return null;
  return <StepList title="Until its first delivery" steps={steps} />;
}

function stepsOf(product: ProductDetails): Step[] {
  const { key, repositories, canEdit } = product;
  const ready = repositories.filter(({ state }) => state === "ready");
  const components = ready
    .flatMap((repository) => repository.components)
    .filter(({ retiredAt }) => !retiredAt);
  const perClient = components.filter(({ scope }) => scope === "client");
  const [first] = ready;
  const act = (label: string, href: string) => (canEdit ? [{ label, href }] : []);
  const steps: Step[] = [
    {
      label: "A repository",
      isDone: ready.length > 0,
      hint: repositories.length > 0 ? "Its import has not ended yet." : "New with a starter, or imported.",
      acts: repositories.length > 0 ? [] : act("Add a repository", productHref({ key, act: "repository" })),
    },
    {
      label: "A component",
      isDone: components.length > 0,
      hint: "What is built from the repository and installed.",
      acts: first ? act("Add a component", productHref({ key, act: "component", on: first.key })) : [],
    },
  ];
  if (perClient.length > 0) {
    steps.push({
      label: "A client that has it",
      isDone: perClient.some(({ clientCount }) => clientCount > 0),
      hint: "Components that are installed per client need a client.",
      acts: act("Open clients", "/clients"),
    });
  }
  steps.push(
    {
      label: "Policies for sprint and master branches",
      isDone: product.hasBranchPolicies,
      hint: "Without one nothing is merged there.",
      acts: [{ label: "Open policies", href: "/policies" }],
    },
    {
      label: "An environment that is open",
      isDone: product.environments.open > 0,
      hint:
        product.environments.closed > 0
          ? "There are environments, but no policy is bound to them: they are closed."
          : "Where components are installed.",
      acts: [{ label: "Open environments", href: "/environments" }],
    },
    {
      label: "A first release",
      isDone: ready.some(({ releaseCount }) => releaseCount > 0),
      hint: "Push a feature branch and merge it into the sprint: what the sprint builds becomes a release.",
      acts:
        first && product.canReadRepositories
          ? [{ label: "How to clone and push", href: `/repositories/${first.key}` }]
          : [],
    },
  );
  return steps;
}
