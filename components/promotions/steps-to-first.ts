import { catalogHref, productHref } from "@/components/catalog/catalog-search";
import { peopleHref } from "@/components/people/people-search";
import { newPullRequestHref } from "@/components/repositories/repository-search";
import type { Outputs } from "@/components/trpc/outputs";
import type { Step } from "@/components/ui/step-list";

export type FirstSteps = Outputs["settings"]["firstSteps"];

/** What lies between an installation and its first promotion, as far as the reader has a part in it. */
export function stepsToFirst(facts: FirstSteps): Step[] {
  const { canAddProducts, canEditEnvironments, canOpenPullRequests } = facts.you;
  const isAdministrator = canAddProducts || canEditEnvironments || facts.people !== null;
  if (!isAdministrator && facts.productToAddTo === null && !canOpenPullRequests) return [];
  return [
    ...(canAddProducts ? [product(facts)] : []),
    repository(facts),
    ...(canEditEnvironments ? [environment(facts), branchPolicies(facts)] : []),
    ...(facts.people ? peopleSteps(facts.people) : []),
    ...(canOpenPullRequests ? [accessToken(facts)] : []),
    pullRequest(facts),
  ];
}

/** For whoever has no part in the steps: what will be here. */
export function whatWillAppear({ you }: FirstSteps): string {
  return you.canVote
    ? "What needs your approval appears here by itself, as soon as a developer asks for a merge or a release is to be deployed."
    : "Every merge, deployment and rollback appears here as soon as somebody asks for it, with who decided on it and what became of it.";
}

function product({ hasProduct }: FirstSteps): Step {
  return {
    label: "A product",
    isDone: hasProduct,
    hint: "What is delivered, such as Payments.",
    acts: [{ label: "Add a product", href: catalogHref({ add: "product" }) }],
  };
}

function repository({ hasRepository, hasUnreadyRepository, productToAddTo, you }: FirstSteps): Step {
  const step = { label: "A repository", isDone: hasRepository };
  const inProduct = productToAddTo === null ? null : { key: productToAddTo };
  if (hasUnreadyRepository) {
    return {
      ...step,
      hint: "It is still being imported, or its import has failed.",
      acts: inProduct ? [{ label: "See how far it is", href: productHref(inProduct) }] : [],
    };
  }
  if (inProduct) {
    return {
      ...step,
      hint: "New with a starter that builds at once, or imported with its branches.",
      acts: [{ label: "Add or import a repository", href: productHref({ ...inProduct, act: "repository" }) }],
    };
  }
  return {
    ...step,
    hint: you.canAddProducts
      ? "New with a starter that builds at once, or imported: in its product."
      : "An administrator adds it; it is here by itself then.",
    acts: [],
  };
}

function environment({ hasEnvironment, hasOpenEnvironment, hasEnvironmentWithHost }: FirstSteps): Step {
  const [hint, act] = !hasEnvironment
    ? ["Where components are installed, Dev first.", "Add environments"]
    : !hasOpenEnvironment
      ? ["There are environments, but no policy is bound to them: they are closed.", "Bind policies"]
      : ["Nothing can be installed before an open environment has a slot host.", "Set a slot host"];
  return {
    label: "An environment that can be deployed to",
    isDone: hasEnvironmentWithHost,
    hint,
    acts: [{ label: act, href: "/environments/manage" }],
  };
}

function branchPolicies({ hasBranchPolicies }: FirstSteps): Step {
  return {
    label: "Policies for sprint and master branches",
    isDone: hasBranchPolicies,
    hint: "Without one nothing is merged there.",
    acts: [{ label: "Open policies", href: "/policies" }],
  };
}

function peopleSteps({ hasSecondAdministrator, hasOthers }: NonNullable<FirstSteps["people"]>): Step[] {
  return [
    {
      label: "A second administrator",
      isDone: hasSecondAdministrator,
      hint: "Roles that decide are given by one administrator and agreed to by another.",
      acts: [{ label: "Name a second administrator", href: peopleHref({ tab: "people" }) }],
    },
    {
      label: "People who deliver",
      isDone: hasOthers,
      hint: "A change needs its author, and somebody else who approves it.",
      acts: [
        { label: "Map groups to roles", href: peopleHref({ tab: "groups" }) },
        { label: "Invite people", href: peopleHref({ tab: "people" }) },
      ],
    },
  ];
}

function accessToken({ hasAccessToken }: FirstSteps): Step {
  return {
    label: "An access token",
    isDone: hasAccessToken,
    hint: "It is the password that git asks for when you clone and push.",
    acts: [{ label: "Create an access token", href: "/access-tokens" }],
  };
}

function pullRequest({ repositoryToClone, you }: FirstSteps): Step {
  const step = { label: "A first pull request", isDone: false };
  if (!you.canOpenPullRequests) {
    return { ...step, hint: "A developer pushes a branch and opens it. It is decided here.", acts: [] };
  }
  return {
    ...step,
    hint: "Clone the repository, push a branch with your change and ask for its merge. It is decided here.",
    acts: repositoryToClone
      ? [
          { label: "Open a pull request", href: newPullRequestHref({ repository: repositoryToClone }) },
          {
            label: "Clone the repository",
            href: `/repositories/${encodeURIComponent(repositoryToClone)}`,
          },
        ]
      : [],
  };
}
