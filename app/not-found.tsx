import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  return (
    <main className="pt-[20vh]">
      <EmptyState
        title="There is nothing here"
        level="page"
        action={<ButtonLink href="/">To Clearway</ButtonLink>}
      >
        No page has this address.
      </EmptyState>
    </main>
  );
}
