import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { StepList } from "@/components/ui/step-list";
import { stepsToFirst, whatWillAppear } from "./steps-to-first";

/** In place of an inbox in which nothing was ever asked for: what comes first, with the reader's own next act. */
export function FirstSteps() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.settings.firstSteps.queryOptions());
  const steps = data ? stepsToFirst(data) : [];
  if (steps.length > 0) return <StepList title="Until the first promotion" steps={steps} hasButton />;
  return (
    <Panel>
      <EmptyState title="No promotions yet">
        {data ? whatWillAppear(data) : "Merges and deployments that are asked for are decided here."}
      </EmptyState>
    </Panel>
  );
}
