import { Version } from "@/components/ui/version";

/** From which branch into which. */
export function MergePath({ source, target }: { source: string; target: string }) {
  return (
    <span>
      <Version className="break-words">{source}</Version> <span aria-hidden>→</span>{" "}
      <span className="sr-only">into </span>
      <Version>{target}</Version>
    </span>
  );
}
