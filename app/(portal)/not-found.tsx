import { ButtonLink } from "@/components/ui/button";
import { NoticePage } from "@/components/ui/notice-page";

export default function NotFound() {
  return (
    <NoticePage title="There is nothing here" action={<ButtonLink href="/">Back to promotions</ButtonLink>}>
      It does not exist, or it belongs to something that you may not see.
    </NoticePage>
  );
}
