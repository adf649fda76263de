import { NotKnown } from "./duration";

type QuantityProps = {
  value: number | null;
  unit?: string;
  /** Decimals at most; none unless told. */
  decimals?: number;
  /** Said instead of a number where there is none. */
  none?: string;
  className?: string;
};

/** A number with its unit, kept on one line. No data is never zero. */
export function Quantity({ value, unit, decimals = 0, none = "no data", className }: QuantityProps) {
  if (value === null) return <NotKnown label={none} />;
  const figure = new Intl.NumberFormat("en-GB", { maximumFractionDigits: decimals }).format(value);
  return <span className={className}>{unit ? `${figure}\u00a0${unit}` : figure}</span>;
}
