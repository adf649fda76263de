import { Checkbox } from "@/components/ui/checkbox";
import type { PolicyDetail } from "./policy";

type VerifiedInProps = { detail: PolicyDetail; value: readonly string[]; onChange: (keys: string[]) => void };

/** The path: where this very tree has to be verified before. */
export function VerifiedIn({ detail, value, onChange }: VerifiedInProps) {
  const { environments, targets } = detail;
  const own = new Set(
    targets.flatMap((target) => (target.kind === "environment" ? [target.environmentId] : [])),
  );
  const gone = value.filter((key) => !environments.some((one) => one.key === key));
  return (
    <fieldset>
      <legend className="font-medium">Verified before in</legend>
      <p className="text-ink-2">Promotions that wait keep the path they began with.</p>
      <div className="mt-2 flex flex-wrap gap-x-5 gap-y-1.5">
        {[...environments, ...gone.map((key) => ({ id: key, key, name: key }))].map(({ id, key, name }) => (
          <Checkbox
            key={key}
            label={name}
            disabled={own.has(id) && !value.includes(key)}
            checked={value.includes(key)}
            onChange={({ target }) =>
              onChange(
                [...environments.map((one) => one.key), ...gone].filter((one) =>
                  one === key ? target.checked : value.includes(one),
                ),
              )
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
