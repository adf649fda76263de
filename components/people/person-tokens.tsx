"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { rolesWith } from "@/domain/permissions";
import type { Person } from "./person";

type Token = Person["tokens"][number];

/** Tokens in force; one's own are made on a page of their own. */
export function PersonTokens({ person }: { person: Person }) {
  const trpc = useTRPC();
  const [revoking, setRevoking] = useState<Token | null>(null);
  const revoke = useMutation(
    trpc.people.revokeToken.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey(), trpc.accessTokens.pathKey()] },
      onSettled: () => setRevoking(null),
    }),
  );
  const inForce = person.tokens.filter((token) => token.isInForce);
  const ended = person.tokens.length - inForce.length;
  const mayMake = person.grants.some(({ role }) => rolesWith("accessTokens.manage").includes(role));
  return (
    <Panel
      title="Access tokens"
      note={`${inForce.length} in force${ended > 0 ? `, ${ended} ended` : ""}`}
      flush={inForce.length > 0}
      actions={
        person.isSelf && mayMake ? (
          <AppLink href="/access-tokens" className="text-accent hover:underline">
            Make one
          </AppLink>
        ) : null
      }
    >
      {inForce.length > 0 ? (
        <ul data-rows>
          {inForce.map((token) => (
            <li key={token.id} className="flex items-start gap-3 border-b px-4 py-2.5 last:border-b-0">
              <div className="min-w-0 flex-1">
                <p className="truncate">
                  <UntrustedText>{token.name}</UntrustedText>{" "}
                  <code className="ml-1 font-mono text-ink-2 text-xs">{token.prefix}…</code>
                </p>
                <p className="text-ink-2 text-xs">
                  {token.lastUsedAt ? (
                    <>
                      last used <TimeAgo at={token.lastUsedAt} />
                    </>
                  ) : (
                    "never used"
                  )}
                  , expires <TimeAgo at={token.expiresAt} />
                </p>
              </div>
              <Button
                size="small"
                variant="danger"
                aria-label={`Revoke the token ${token.name}`}
                onClick={() => setRevoking(token)}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-2">None in force.</p>
      )}
      <Dialog
        open={revoking !== null}
        onOpenChange={(isOpen) => isOpen || setRevoking(null)}
        title={`Revoke ${revoking?.name ?? "the token"}`}
        description="Whatever uses it is refused from its next request on. This cannot be taken back."
        actions={
          <>
            <Button onClick={() => setRevoking(null)}>Keep it</Button>
            <Button
              variant="dangerSolid"
              pending={revoke.isPending}
              onClick={() => revoking && revoke.mutate({ accessTokenId: revoking.id })}
            >
              Revoke
            </Button>
          </>
        }
      />
    </Panel>
  );
}
