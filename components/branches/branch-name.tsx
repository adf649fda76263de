import { UntrustedText } from "@/components/ui/untrusted-text";

const SHOWN_END = 22;

/** A branch's name on one line. Too long for its place it loses its middle: the kind and the last words stay. */
export function BranchName({ children: name }: { children: string }) {
  const [beginning, end] = splitName(name);
  return (
    <span data-tip={name.length > 40 ? name : undefined} className="flex min-w-0 font-mono text-xs leading-5">
      <UntrustedText className="truncate">{beginning}</UntrustedText>
      {end ? <UntrustedText className="shrink-0">{end}</UntrustedText> : null}
    </span>
  );
}

/** The last part of a path where it is short, otherwise so many characters of it; surrogate pairs stay whole. */
export function splitName(name: string): [beginning: string, end: string] {
  const characters = Array.from(name);
  if (characters.length <= SHOWN_END) return [name, ""];
  const slash = characters.lastIndexOf("/") + 1;
  const at = slash > 0 && characters.length - slash <= SHOWN_END ? slash : characters.length - SHOWN_END;
  return [characters.slice(0, at).join(""), characters.slice(at).join("")];
}
