import { HeaderSkeleton, PanelSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <>
      <HeaderSkeleton />
      <PanelSkeleton lines={8} />
    </>
  );
}
