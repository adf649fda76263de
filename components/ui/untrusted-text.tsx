import { classNames } from "./class-names";
import { visibleControls } from "./visible-controls";

type UntrustedTextProps = { children: string; className?: string | undefined };

/** Text that somebody outside wrote: isolated from its surroundings, with invisible and reordering characters shown. */
export function UntrustedText({ children, className }: UntrustedTextProps) {
  let position = 0;
  return (
    <bdi className={className}>
      {visibleControls(children).map((part) => {
        position += 1;
        return part.kind === "text" ? part.text : <ControlMark key={position} code={part.code} />;
      })}
    </bdi>
  );
}

function ControlMark({ code }: { code: string }) {
  return (
    <span
      data-tip="A character that cannot be seen, or that changes the order of what is"
      className={classNames("mx-px rounded-sm bg-wait-tint px-0.5 font-mono text-[0.85em] text-wait-ink")}
    >
      {code}
    </span>
  );
}
