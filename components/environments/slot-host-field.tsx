import { TextField } from "@/components/ui/input";

type SlotHostFieldProps = {
  value: string;
  error: string | null;
  isDemonstration: boolean;
  onChange: (value: string) => void;
};

/** Where artifacts are sent. An administrator may name any host of the organisation's own network. */
export function SlotHostField({ value, error, isDemonstration, onChange }: SlotHostFieldProps) {
  return (
    <TextField
      label="Slot host"
      hint={
        isDemonstration
          ? "https:// or http:// address to which artifacts are sent; demonstration: is the one that runs here."
          : "https:// address to which artifacts and the slot host's token are sent. http:// only inside a network you trust."
      }
      inputMode="url"
      maxLength={300}
      value={value}
      error={error}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
