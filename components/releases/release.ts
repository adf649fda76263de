import type { Outputs } from "@/components/trpc/outputs";

export type ReleaseLine = Outputs["releases"]["list"]["releases"][number];
export type ReleasePage = Outputs["releases"]["get"];

type Place = { clientName: string | null; environmentName: string };

/** "UAT", "Acme Production" */
export function placeName({ clientName, environmentName }: Place): string {
  return clientName ? `${clientName} ${environmentName}` : environmentName;
}
