import { Fragment } from "react";
import { classNames } from "./class-names";
import { visibleControls } from "./visible-controls";

type UntrustedTextProps = {
  children: string;
  className?: string | undefined;
  /** On a phone it breaks after a slash rather than in the middle of a name. */
  hasPaths?: boolean;
};

/** Text that somebody outside wrote: isolated from its surroundings, with invisible and reordering characters shown. */
export function UntrustedText({ children, className, hasPaths = false }: UntrustedTextProps) {
  let position = 0;
  return (
    <bdi className={className}>
      {visibleControls(children).map((part) => {
        position += 1;
        if (part.kind === "control") return <ControlMark key={position} code={part.code} />;
        return hasPaths && part.text.includes("/") ? <Paths key={position}>{part.text}</Paths> : part.text;
      })}
    </bdi>
  );
}

function Paths({ children }: { children: string }) {
  let position = 0;
  return children.split(/(?<=\/)/).map((piece) => {
    position += 1;
    return position === 1 ? (
      piece
    ) : (
      <Fragment key={position}>
        {/* Also breaks what must stay on one line, so only where lines are short. */}
        <wbr className="md:hidden" />
        {piece}
      </Fragment>
    );
  });
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
