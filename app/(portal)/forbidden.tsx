import { ButtonLink } from "@/components/ui/button";
import { NoticePage } from "@/components/ui/notice-page";

export default function Forbidden() {
  return (
    <NoticePage
      title="You may not see this page"
      action={<ButtonLink href="/">Back to promotions</ButtonLink>}
    >
      None of your roles allows it. A platform admin can give you one that does.
    </NoticePage>
  );
}
