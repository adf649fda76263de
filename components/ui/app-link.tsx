"use client";

import Link from "next/link";
import { type ComponentProps, useState } from "react";

type AppLinkProps = Omit<ComponentProps<typeof Link>, "href" | "as" | "prefetch"> & { href: string };

const INSIDE = /^(\/(?![/\\])|[?#])/;

/**
 * A link inside this application. It fetches ahead when a pointer or the keyboard comes near, not when it is drawn:
 * a list of a hundred rows would otherwise ask the server a hundred times. An address elsewhere is not followed.
 */
export function AppLink({ href, children, onPointerEnter, onFocus, ...rest }: AppLinkProps) {
  const [near, setNear] = useState(false);
  if (!INSIDE.test(href)) return <span className={rest.className}>{children}</span>;
  return (
    <Link
      {...rest}
      href={href}
      prefetch={near ? null : false}
      onPointerEnter={(event) => {
        setNear(true);
        onPointerEnter?.(event);
      }}
      onFocus={(event) => {
        setNear(true);
        onFocus?.(event);
      }}
    >
      {children}
    </Link>
  );
}
