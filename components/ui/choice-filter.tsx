"use client";

import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { Button, type ButtonProps } from "./button";
import type { Choice } from "./choice-search";
import type { ChoiceSurfaceProps } from "./choice-surface";
import { classNames } from "./class-names";
import { FilterChips } from "./filter-chips";
import { useLate } from "./late";
import { UntrustedText } from "./untrusted-text";

type ChoiceFilterProps = {
  /** What is chosen: "Client". */
  label: string;
  /** In place of one of them: "Every client". */
  every: string;
  choices: readonly Choice[];
  /** The key of the one that is chosen. */
  current: string | undefined;
  hrefOf: (key: string | undefined) => string;
};

const CHIPS_AT_MOST = 8;

/** One of several as a filter, which is the address: a chip each while they are few, then one list that is searched. */
export function ChoiceFilter({ label, every, choices, current, hrefOf }: ChoiceFilterProps) {
  if (choices.length < 2) return null;
  if (choices.length > CHIPS_AT_MOST) {
    return <ChoiceList label={label} every={every} choices={choices} current={current} hrefOf={hrefOf} />;
  }
  return (
    <FilterChips
      label={label}
      chips={[
        { label: every, href: hrefOf(undefined), current: current === undefined },
        ...choices.map(({ key, name }) => ({ label: name, href: hrefOf(key), current: key === current })),
      ]}
    />
  );
}

/** The list is fetched when a pointer or the focus comes near. */
function ChoiceList({ label, every, choices, current, hrefOf }: ChoiceFilterProps) {
  const [asked, setAsked] = useState(false);
  const { Component, load } = useLate<ChoiceSurfaceProps>(() =>
    import("./choice-surface").then((m) => m.ChoiceSurface),
  );
  const chosen = choices.find(({ key }) => key === current)?.name ?? current;
  const button: ButtonProps = {
    size: "small",
    "aria-label": `${label}: ${chosen ?? every}`,
    className: classNames("max-w-full max-md:h-9", chosen === undefined && "font-normal text-ink-2"),
    children: (
      <>
        {chosen === undefined ? every : <span className="font-normal text-ink-2">{label}</span>}
        {chosen === undefined ? null : <UntrustedText className="max-w-48 truncate">{chosen}</UntrustedText>}
        <ChevronsUpDown aria-hidden className="size-3.5 text-ink-2" />
      </>
    ),
  };
  if (asked && Component) {
    return (
      <Component
        button={button}
        label={label}
        every={every}
        choices={choices}
        current={current}
        hrefOf={hrefOf}
      />
    );
  }
  return (
    <Button
      {...button}
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={load}
      onFocus={load}
      onClick={() => {
        load();
        setAsked(true);
      }}
    />
  );
}
