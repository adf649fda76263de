import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps, ReactNode } from "react";
import { AppLink } from "./app-link";
import { classNames } from "./class-names";
import { Kbd } from "./kbd";
import { Spinner } from "./spinner";

export const buttonClass = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium text-sm transition-colors duration-100 aria-disabled:cursor-not-allowed [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary:
          "border-transparent bg-accent text-on-accent hover:bg-accent-hover aria-disabled:bg-fill-strong aria-disabled:text-ink-2",
        secondary:
          "border-line-strong bg-panel text-ink hover:bg-fill active:bg-fill-strong aria-disabled:border-line aria-disabled:bg-transparent aria-disabled:text-ink-2",
        ghost:
          "border-transparent text-ink-2 hover:bg-fill hover:text-ink active:bg-fill-strong aria-disabled:bg-transparent aria-disabled:not-aria-busy:text-ink-3",
        danger:
          "border-line-strong bg-panel text-bad-ink hover:border-bad hover:bg-bad-tint aria-disabled:border-line aria-disabled:bg-transparent aria-disabled:text-ink-2",
        dangerSolid:
          "border-transparent bg-bad-ink text-panel hover:bg-bad aria-disabled:bg-fill-strong aria-disabled:text-ink-2 dark:not-aria-disabled:bg-bad dark:not-aria-disabled:text-ground dark:not-aria-disabled:hover:bg-bad-ink",
      },
      size: {
        small: "h-7 px-2",
        medium: "h-8 px-3",
        large: "h-10 px-4 text-base",
        icon: "size-8",
        iconSmall: "size-7",
      },
    },
    defaultVariants: { variant: "secondary", size: "medium" },
  },
);

/** Busy is not refused: a filled button keeps its colour while it works. */
const PENDING: Record<string, string> = {
  primary: "opacity-80 aria-disabled:cursor-progress aria-disabled:bg-accent aria-disabled:text-on-accent",
  dangerSolid:
    "opacity-80 aria-disabled:cursor-progress aria-disabled:bg-bad-ink aria-disabled:text-panel dark:aria-disabled:bg-bad dark:aria-disabled:text-ground",
};

type Variants = VariantProps<typeof buttonClass>;

export type ButtonProps = Omit<ComponentProps<"button">, "disabled"> & {
  variant?: Variants["variant"];
  size?: Variants["size"];
  /** Shown before the label; while pending a spinner takes its place. */
  icon?: ReactNode;
  /** Acknowledges the press at once: busy, and further presses do nothing. The focus stays. */
  pending?: boolean;
  /** Why it cannot be used now, in words. The button stays reachable, so that the reason can be read. */
  disabledReason?: string | null | undefined;
  disabled?: boolean | undefined;
  /** A key that does the same, shown as a hint: `a`. The handler is the caller's. */
  keys?: string;
};

export function Button({
  variant,
  size,
  icon,
  pending = false,
  disabled = false,
  disabledReason,
  keys,
  type = "button",
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const idle = pending || disabled || Boolean(disabledReason);
  const leading = pending ? <Spinner /> : icon;
  return (
    <button
      {...rest}
      type={idle ? "button" : type}
      aria-busy={pending || undefined}
      aria-disabled={idle || undefined}
      aria-keyshortcuts={keys}
      data-tip={disabledReason ?? undefined}
      className={classNames(
        buttonClass({ variant, size }),
        pending && variant && PENDING[variant],
        className,
      )}
      {...(idle || !onClick ? {} : { onClick })}
    >
      {leading}
      {children}
      {keys ? (
        <Kbd keys={keys} onAccent={variant === "primary" && !idle} className="ml-0.5 max-md:hidden" />
      ) : null}
    </button>
  );
}

type IconButtonProps = Omit<ButtonProps, "children" | "size" | "icon"> & {
  label: string;
  icon: ReactNode;
  small?: boolean;
};

/** A button that shows only a sign: its name is said on hover and to screen readers. */
export function IconButton({
  label,
  icon,
  small = false,
  variant = "ghost",
  keys,
  ...rest
}: IconButtonProps) {
  return (
    <Button
      {...rest}
      variant={variant}
      size={small ? "iconSmall" : "icon"}
      icon={icon}
      aria-label={label}
      aria-keyshortcuts={keys}
      data-tip={rest.disabledReason ?? label}
      data-tip-keys={keys}
    />
  );
}

type ButtonLinkProps = {
  href: string;
  variant?: Variants["variant"];
  size?: Variants["size"];
  icon?: ReactNode;
  className?: string;
  children: ReactNode;
};

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function ButtonLink({ href, variant, size, icon, className, children }: ButtonLinkProps) {
  return (
    <AppLink href={href} className={classNames(buttonClass({ variant, size }), className)}>
      {icon}
      {children}
    </AppLink>
  );
}
