import { HeaderSkeleton, RowsSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <>
      <HeaderSkeleton />
      <RowsSkeleton rows={10} />
    </>
  );
}
