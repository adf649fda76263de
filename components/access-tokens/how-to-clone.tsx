"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { Command } from "@/components/ui/code-block";
import { Panel } from "@/components/ui/panel";
import { ONE_REPOSITORY } from "./one-repository";

/** The address carries no token: git asks for it, so that it stays out of shell histories. */
export function HowToClone() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.repositories.list.queryOptions(ONE_REPOSITORY));
  const [example] = data.items;
  return (
    <Panel title="Use it with git">
      {example ? <Command label="Clone">{`git clone ${example.cloneUrl}`}</Command> : null}
      <p className={example ? "mt-3 text-ink-2" : "text-ink-2"}>
        Git asks for a user name, which may be anything, and a password: that is the token. The addresses to
        clone are with the{" "}
        <AppLink href="/repositories" className="text-accent underline underline-offset-2">
          repositories
        </AppLink>
        .
      </p>
    </Panel>
  );
}
