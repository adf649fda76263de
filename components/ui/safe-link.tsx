import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

const ALLOWED = new Set(["https:", "mailto:"]);

function allowedAddress(href: string): string | undefined {
  try {
    const address = new URL(href);
    return ALLOWED.has(address.protocol) ? address.href : undefined;
  } catch {
    return undefined;
  }
}

type SafeLinkProps = { href: string; children?: ReactNode; className?: string };

/** A link whose address came from outside: only https and mailto are followed, anything else stays text. */
export function SafeLink({ href, children, className }: SafeLinkProps) {
  const address = allowedAddress(href);
  if (address === undefined) return <bdi className={className}>{children ?? href}</bdi>;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className={classNames(
        "inline-flex items-center gap-1 text-accent underline-offset-2 hover:underline",
        className,
      )}
    >
      <bdi>{children ?? href}</bdi>
      <ExternalLink aria-hidden className="size-3" />
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}
