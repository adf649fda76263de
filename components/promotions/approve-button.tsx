import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import type { LastApproval } from "./last-approval";
import { isSameTap } from "./same-tap";

/** How long a first tap waits for its second. */
const ASKS_FOR_MS = 4000;
/** Where the bar is at the bottom of the screen and a thumb touches it by mistake. */
const THUMB = "(width < 64rem)";

type ApproveButtonProps = {
  last: LastApproval | null;
  obstacle: string | null;
  pending: boolean;
  isAsking: boolean;
  onAsk: (isAsking: boolean) => void;
  onApprove: () => void;
};

/**
 * The last approval starts at once and cannot be taken back: its button says so, and what is easily hit by mistake, a tap on a
 * phone and a single key, is asked for twice.
 */
export function ApproveButton({ last, obstacle, pending, isAsking, onAsk, onApprove }: ApproveButtonProps) {
  const askedAt = useRef(Number.NEGATIVE_INFINITY);
  return (
    <Button
      variant="primary"
      keys="a"
      className="max-md:h-11"
      pending={pending}
      disabledReason={obstacle}
      onClick={({ detail }) => {
        if (isAsking && isSameTap(detail, performance.now() - askedAt.current)) return;
        const asksFirst = last !== null && !isAsking && window.matchMedia(THUMB).matches;
        if (asksFirst) askedAt.current = performance.now();
        onAsk(asksFirst);
        if (!asksFirst) onApprove();
      }}
    >
      {last ? isAsking ? <span className="truncate">{last.again}</span> : last.label : "Approve"}
    </Button>
  );
}

/** True after a first tap, until the second, or until the moment has passed or the question is another. */
export function useAsking(last: LastApproval | null) {
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    if (asked === null) return;
    const timer = setTimeout(() => setAsked(null), ASKS_FOR_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const again = last?.again ?? null;
  return {
    isAsking: asked !== null && asked === again,
    ask: (isAsking: boolean) => setAsked(isAsking ? again : null),
  };
}
