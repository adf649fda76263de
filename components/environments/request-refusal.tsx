import { tell } from "@/components/trpc/refusal";
import { AppLink } from "@/components/ui/app-link";

/** Why a request was refused; where another waits for the same already, with the way to it. */
export function RequestRefusal({ error }: { error: unknown }) {
  const { sentence, facts } = tell(error);
  const { promotionNumber } = facts;
  return (
    <p role="alert" className="text-bad-ink">
      {sentence}{" "}
      {typeof promotionNumber === "number" ? (
        <AppLink href={`/promotions/${promotionNumber}`} className="text-accent underline">
          Open #{promotionNumber}
        </AppLink>
      ) : null}
    </p>
  );
}
