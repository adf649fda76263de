"use client";

import { useEffect, useState } from "react";
import { isDatabaseAway } from "@/components/live/database-away";
import { ErrorState } from "@/components/ui/error-state";

type PageErrorProps = {
  message: string;
  reference: string | undefined;
  pending: boolean;
  onRetry: () => void;
};

const LOOK_AGAIN_MS = 1_500;

/** Why a page is missing: something broke in it, or the database is away. The latter mends itself, and the page with it. */
export function PageError({ message, reference, pending, onRetry }: PageErrorProps) {
  const isAway = useDatabaseAway(onRetry);
  return isAway ? (
    <ErrorState
      title="The database cannot be reached"
      message="Nothing was lost. This page comes by itself as soon as the database is back."
      onRetry={onRetry}
      pending={pending}
    />
  ) : (
    <ErrorState
      title="This page could not be shown"
      message={message}
      reference={reference}
      pending={pending}
      onRetry={onRetry}
    />
  );
}

/** Asks the health address for as long as the database is away. `onBack` is called once, when it has come back. */
function useDatabaseAway(onBack: () => void): boolean {
  const [isAway, setIsAway] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasAway = false;
    const look = async () => {
      const isStillAway = await isDatabaseAway();
      if (!isStillAway && wasAway) return onBack();
      if (!isStillAway) return;
      wasAway = true;
      setIsAway(true);
      timer = setTimeout(look, LOOK_AGAIN_MS);
    };
    void look();
    return () => clearTimeout(timer);
  }, [onBack]);
  return isAway;
}
