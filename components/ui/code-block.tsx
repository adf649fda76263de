import { CopyButton } from "./copy-button";
import { UntrustedText } from "./untrusted-text";

type CodeBlockProps = { children: string; label?: string; copyLabel?: string };

/** Text to read or copy as it is. */
export function CodeBlock({ children, label = "Code", copyLabel = "Copy" }: CodeBlockProps) {
  return (
    <div className="relative rounded-md border bg-fill">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={label}
        className="overflow-x-auto rounded-md"
      >
        <pre className="w-max min-w-full py-2 pr-10 pl-3 font-mono text-xs leading-5">
          <UntrustedText>{children}</UntrustedText>
        </pre>
      </section>
      <CopyButton value={children} label={copyLabel} className="absolute top-1.5 right-1.5 bg-fill" />
    </div>
  );
}

/** A command for a terminal; the prompt sign is not copied. */
export function Command({ children, label = "Command" }: { children: string; label?: string }) {
  return (
    <div className="flex items-center gap-2 rounded-md border bg-fill py-1 pr-1.5 pl-3">
      <span aria-hidden className="select-none font-mono text-ink-2 text-xs">
        $
      </span>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={label}
        className="min-w-0 flex-1 overflow-x-auto rounded-sm"
      >
        <code className="whitespace-nowrap font-mono text-xs leading-6">{children}</code>
      </section>
      <CopyButton value={children} label="Copy command" />
    </div>
  );
}
