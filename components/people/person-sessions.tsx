"use client";

import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { TimeAgo } from "@/components/ui/time-ago";
import { showToast } from "@/components/ui/toast-queue";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { Person } from "./person";

/** Where somebody is signed in; each can be ended, or all at once. */
export function PersonSessions({ person }: { person: Person }) {
  const trpc = useTRPC();
  const end = useMutation(
    trpc.people.endSessions.mutationOptions({
      meta: { invalidates: [trpc.people.pathKey()] },
      onSuccess: ({ ended }) =>
        showToast({
          tone: "ok",
          title: ended === 1 ? "The session is ended" : `${ended} sessions are ended`,
        }),
    }),
  );
  const others = person.sessions.filter(({ isCurrent }) => !isCurrent);
  const isEnding = (sessionId: string | undefined) => end.isPending && end.variables.sessionId === sessionId;
  return (
    <Panel
      title="Sessions"
      note={String(person.sessions.length)}
      flush={person.sessions.length > 0}
      actions={
        others.length > 1 || (others.length === 1 && person.isSelf) ? (
          <Button
            size="small"
            variant="danger"
            pending={isEnding(undefined)}
            onClick={() => end.mutate({ personId: person.id })}
          >
            {person.isSelf ? "End all others" : "End all"}
          </Button>
        ) : null
      }
    >
      {person.sessions.length > 0 ? (
        <ul data-rows>
          {person.sessions.map((session) => (
            <li key={session.id} className="flex items-start gap-3 border-b px-4 py-2.5 last:border-b-0">
              <div className="min-w-0 flex-1">
                <p>
                  <UntrustedText>{session.browser}</UntrustedText>
                  {session.isCurrent ? <span className="ml-2 text-ink-2 text-xs">this one</span> : null}
                </p>
                <p className="text-ink-2 text-xs">
                  since <TimeAgo at={session.createdAt} />, last seen <TimeAgo at={session.lastSeenAt} />
                </p>
              </div>
              {session.isCurrent ? null : (
                <Button
                  size="small"
                  variant="danger"
                  aria-label={`End the session on ${session.browser}`}
                  pending={isEnding(session.id)}
                  onClick={() => end.mutate({ personId: person.id, sessionId: session.id })}
                >
                  End
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-2">Not signed in anywhere.</p>
      )}
    </Panel>
  );
}
