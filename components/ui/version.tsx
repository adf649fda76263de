import { classNames } from "./class-names";
import { UntrustedText } from "./untrusted-text";

/** A version, tag or branch: monospaced, inert, and on a phone broken after a slash. */
export function Version({ children, className }: { children: string; className?: string | undefined }) {
  return (
    <span className={classNames("font-mono text-xs leading-5", className)}>
      <UntrustedText hasPaths>{children}</UntrustedText>
    </span>
  );
}
