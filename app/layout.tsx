import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { SIDEBAR_COOKIE } from "@/components/shell/sidebar-cookie";
import { ThemeProvider } from "@/components/shell/theme-provider";
import { HintLayer } from "@/components/ui/hint-layer";
import { ToastRegion } from "@/components/ui/toast";

export const metadata: Metadata = {
  title: { default: "Clearway", template: "%s · Clearway" },
  description: "A clearing house for change.",
  referrer: "same-origin",
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  // Bars reach the edges of a phone; they keep their distance by the safe area themselves.
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafbfc" },
    { media: "(prefers-color-scheme: dark)", color: "#0d0e10" },
  ],
};

/** The front sends the same policy to Next and to the browser; reading the nonce also makes every page dynamic. */
async function readNonce(): Promise<string | undefined> {
  const policy = (await headers()).get("content-security-policy");
  return policy?.match(/'nonce-([A-Za-z0-9+/=_-]+)'/)?.[1];
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [nonce, jar] = await Promise.all([readNonce(), cookies()]);
  const sidebar = jar.get(SIDEBAR_COOKIE)?.value === "collapsed" ? "collapsed" : "open";
  return (
    <html
      lang="en"
      data-sidebar={sidebar}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      suppressHydrationWarning
    >
      <body>
        <ThemeProvider nonce={nonce}>
          {children}
          <ToastRegion />
          <HintLayer />
        </ThemeProvider>
      </body>
    </html>
  );
}
