import { ButtonLink } from "@/components/ui/button";

type OlderPagesProps = {
  newestHref: string | null;
  olderHref: string | null;
  newest?: string;
  older?: string;
};

/** Under a list that is read page by page. Absent where all of it is on screen. */
export function OlderPages({
  newestHref,
  olderHref,
  newest = "Newest",
  older = "Show older",
}: OlderPagesProps) {
  if (newestHref === null && olderHref === null) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-center gap-2">
      {newestHref === null ? null : <ButtonLink href={newestHref}>{newest}</ButtonLink>}
      {olderHref === null ? null : <ButtonLink href={olderHref}>{older}</ButtonLink>}
    </nav>
  );
}
