import { useId } from "react";
import { whatWithdrawingDoes } from "@/components/releases/what-withdrawing-does";
import { classNames } from "@/components/ui/class-names";
import { Version } from "@/components/ui/version";
import type { Slot } from "./slot";
import { holdInForce } from "./slot-holds";

type RollbackChoiceProps = {
  slot: Slot;
  leaving: NonNullable<Slot["leaving"]>;
  withdraws: boolean;
  onChoose: (withdraws: boolean) => void;
};

const NO_WITHDRAWAL = "Takes a tech lead or release approver of the whole product.";

/** What becomes of the release that leaves: out of this slot only, or nowhere again. */
export function RollbackChoice({ slot, leaving, withdraws, onChoose }: RollbackChoiceProps) {
  const name = useId();
  if (leaving.isWithdrawn) {
    return (
      <p className="text-ink-2">
        <Version>{leaving.version}</Version> was withdrawn already: nothing brings it back.
      </p>
    );
  }
  const options = [
    {
      withdraws: false,
      label: "Only out of this slot",
      what: holdInForce(slot)
        ? "It can go on everywhere else. This slot stays held as it is."
        : "It can go on everywhere else. When the rollback has succeeded, this slot is held in your name with your reason, so that nothing but a rollback starts here until somebody releases it.",
    },
    {
      withdraws: true,
      label: "Withdraw it everywhere, for good",
      what: leaving.everywhere ? whatWithdrawingDoes(leaving.everywhere) : NO_WITHDRAWAL,
    },
  ];
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">
        What becomes of <Version>{leaving.version}</Version>
      </legend>
      <ul className="rounded-md border">
        {options.map((option) => {
          const isRefused = option.withdraws && leaving.everywhere === null;
          const id = `${name}-${option.withdraws}`;
          return (
            <li key={option.label} className="flex items-start gap-3 border-b px-3 py-2 last:border-b-0">
              <input
                type="radio"
                id={id}
                name={name}
                checked={option.withdraws === withdraws}
                disabled={isRefused}
                aria-describedby={`${id}-what`}
                onChange={() => onChoose(option.withdraws)}
                className="mt-0.5 size-4 shrink-0 accent-accent"
              />
              <div className="min-w-0">
                <label htmlFor={id} className={classNames(isRefused && "text-ink-2")}>
                  {option.label}
                </label>
                <p id={`${id}-what`} className="text-ink-2 text-xs">
                  {option.what}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
