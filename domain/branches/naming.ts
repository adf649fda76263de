export const BRANCH_KINDS = [
  "master",
  "sprint",
  "feature",
  "hotfix",
  "hotfix_work",
  "environment",
  "other",
] as const;
export type BranchKind = (typeof BRANCH_KINDS)[number];

/**
 * One kind's names. Placeholders: {sprint} `2026.21`, {key} `PAY-412`, {slug} `retry-timeouts`,
 * {environment} one of the policy's environments. `base` is what the branch is cut from and merged into.
 */
type NamingRule = {
  readonly kind: Exclude<BranchKind, "other">;
  readonly pattern: string;
  readonly base: string | null;
  readonly isProtected: boolean;
};

/** Naming is data: a product with another strategy brings another policy, not other code. */
export type NamingPolicy = {
  readonly environments: readonly string[];
  readonly rules: readonly NamingRule[];
  /** Upper-case words with a number that are no work items: UTF-8, SHA-256, CVE-2025-1. */
  readonly notWorkItems: readonly string[];
};

export const DEFAULT_NAMING_POLICY: NamingPolicy = {
  environments: ["dev", "qa", "uat", "prod"],
  rules: [
    { kind: "master", pattern: "master", base: null, isProtected: true },
    { kind: "sprint", pattern: "sprint/{sprint}", base: "master", isProtected: true },
    {
      kind: "feature",
      pattern: "feature/{sprint}/{key}-{slug}",
      base: "sprint/{sprint}",
      isProtected: false,
    },
    { kind: "hotfix", pattern: "hotfix/{key}", base: "master", isProtected: true },
    { kind: "hotfix_work", pattern: "hotfix-work/{key}/{slug}", base: "hotfix/{key}", isProtected: false },
    { kind: "environment", pattern: "{environment}", base: null, isProtected: true },
  ],
  notWorkItems: ["AES", "CVE", "GHSA", "HTTP", "ISO", "MD", "PCI", "RFC", "RSA", "SHA", "TLS", "UTF"],
};

export type ClassifiedBranch = {
  readonly kind: BranchKind;
  readonly sprintKey: string | null;
  readonly workItemKey: string | null;
  readonly environment: string | null;
};

const PLACEHOLDER = /\{(sprint|key|slug|environment)\}/g;
const PLACEHOLDER_PATTERNS: Record<string, string> = {
  sprint: "\\d{4}\\.\\d{2}",
  key: "[A-Z][A-Z0-9]{0,9}-[1-9]\\d{0,6}",
  slug: "[A-Za-z0-9][A-Za-z0-9._-]*",
};

export function classifyBranch(name: string, policy: NamingPolicy = DEFAULT_NAMING_POLICY): ClassifiedBranch {
  const found = match(name, policy);
  return {
    kind: found?.rule.kind ?? "other",
    sprintKey: found?.groups.sprint ?? null,
    workItemKey: found?.groups.key ?? null,
    environment: found?.groups.environment ?? null,
  };
}

/** A protected branch moves by a promotion only, never by a push. */
export function isProtected(kind: BranchKind, policy: NamingPolicy = DEFAULT_NAMING_POLICY): boolean {
  return policy.rules.some((rule) => rule.kind === kind && rule.isProtected);
}

export function protectedKinds(policy: NamingPolicy = DEFAULT_NAMING_POLICY): BranchKind[] {
  return policy.rules.filter((rule) => rule.isProtected).map((rule) => rule.kind);
}

/** The branch this one is cut from and merged into, or null where the name does not say. */
export function expectedBase(name: string, policy: NamingPolicy = DEFAULT_NAMING_POLICY): string | null {
  const found = match(name, policy);
  if (!found?.rule.base) return null;
  return found.rule.base.replace(PLACEHOLDER, (_, key: string) => found.groups[key] ?? "");
}

/** Glob patterns over branch names (`sprint/*`) for the hook that refuses pushes. */
export function protectedPatterns(policy: NamingPolicy = DEFAULT_NAMING_POLICY): string[] {
  return policy.rules
    .filter((rule) => rule.isProtected)
    .flatMap((rule) =>
      rule.pattern.includes("{environment}")
        ? policy.environments.map((name) => rule.pattern.replaceAll("{environment}", name))
        : [rule.pattern],
    )
    .map((pattern) => pattern.replace(PLACEHOLDER, "*"));
}

const MAX_KEYS = 50;

/** Work item keys in a commit message or title, in order of appearance, each once, at most 50. */
export function workItemKeysIn(text: string, policy: NamingPolicy = DEFAULT_NAMING_POLICY): string[] {
  const keys = new Set<string>();
  for (const found of text.matchAll(
    /(?<![A-Za-z0-9_-])([A-Z][A-Z0-9]{0,9})-([1-9]\d{0,6})(?![A-Za-z0-9_])/g,
  )) {
    if (!policy.notWorkItems.includes(found[1] ?? "")) keys.add(found[0]);
    if (keys.size === MAX_KEYS) break;
  }
  return [...keys];
}

const MAX_REF_LENGTH = 244;
const RESERVED_FIRST = new Set(["refs", "heads", "tags", "remotes", "origin", "head"]);

/**
 * Our own rule, stricter than git's: what may be pushed, and the only refs that become arguments of git.
 * Full names under refs/heads/ or refs/tags/, of letters, digits and `. _ + -`.
 */
export function isAcceptableRef(ref: string): boolean {
  const name = /^refs\/(?:heads|tags)\/(.+)$/s.exec(ref)?.[1];
  if (name === undefined || ref.length > MAX_REF_LENGTH) return false;
  const components = name.split("/");
  return (
    !RESERVED_FIRST.has((components[0] ?? "").toLowerCase()) &&
    !/^[0-9a-f]{40}$/i.test(name) &&
    components.every(isAcceptableComponent)
  );
}

export function isAcceptableComponent(component: string): boolean {
  return (
    /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(component) &&
    !component.includes("..") &&
    !component.endsWith(".") &&
    !component.toLowerCase().endsWith(".lock")
  );
}

function match(name: string, policy: NamingPolicy) {
  if (!isAcceptableRef(`refs/heads/${name}`)) return null;
  for (const rule of policy.rules) {
    const found = compile(rule.pattern, policy).exec(name);
    if (found) return { rule, groups: { ...found.groups } as Record<string, string | undefined> };
  }
  return null;
}

const compiled = new WeakMap<NamingPolicy, Map<string, RegExp>>();

function compile(pattern: string, policy: NamingPolicy): RegExp {
  const known = compiled.get(policy) ?? new Map<string, RegExp>();
  compiled.set(policy, known);
  const cached = known.get(pattern);
  if (cached) return cached;
  const source = pattern
    .split(PLACEHOLDER)
    .map((part, index) => {
      if (index % 2 === 0) return escapeRegExp(part);
      const inner = PLACEHOLDER_PATTERNS[part] ?? policy.environments.map(escapeRegExp).join("|");
      return `(?<${part}>${inner})`;
    })
    .join("");
  const expression = new RegExp(`^${source}$`);
  known.set(pattern, expression);
  return expression;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
