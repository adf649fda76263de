"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { AppLink } from "@/components/ui/app-link";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { classNames } from "@/components/ui/class-names";
import { Dialog } from "@/components/ui/dialog";
import { StatusMark } from "@/components/ui/status-mark";
import { TextareaField } from "@/components/ui/textarea";
import { TimeAgo } from "@/components/ui/time-ago";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { Version } from "@/components/ui/version";
import { RequestRefusal } from "./request-refusal";
import { placeOf, type Slot } from "./slot";

type Release = Slot["releases"][number];
type PromoteDialogProps = {
  slot: Slot;
  /** The release to begin with. */
  wantedId?: string | undefined;
  onClose: () => void;
};

/** Which release, and where else in the same place. What stands in its way is said before the click. */
export function PromoteDialog({ slot, wantedId, onClose }: PromoteDialogProps) {
  const trpc = useTRPC();
  const form = useId();
  const [releaseId, setReleaseId] = useState(() => firstChoice(slot.releases, wantedId)?.id ?? null);
  const [others, setOthers] = useState<readonly string[]>([]);
  const [reason, setReason] = useState("");
  const request = useMutation(
    trpc.promotions.requestDeployment.mutationOptions({
      meta: {
        invalidates: [trpc.promotions.pathKey(), trpc.environments.pathKey()],
        tellsItself: ["CONFLICT", "RELEASE_WITHDRAWN", "ENVIRONMENT_CLOSED", "FORBIDDEN", "INVALID"],
      },
    }),
  );
  const siblings = slot.siblings.filter((one) => one.slotId !== slot.slot.id);
  const open = siblings.filter((one) => one.releaseId !== releaseId && others.includes(one.slotId));
  const send = () => {
    if (!releaseId) return;
    request.mutate({
      releaseId,
      slotIds: [slot.slot.id, ...open.map(({ slotId }) => slotId)],
      ...(reason.trim() ? { reason: reason.trim() } : {}),
    });
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={`Promote ${slot.component.key} to ${placeOf(slot)}`}
      description={
        request.isSuccess
          ? "Asked for. Each is decided on its own card."
          : "This asks for it. Its gates are checked, and the people of its policy decide."
      }
      actions={
        request.isSuccess ? (
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Keep it as it is</Button>
            <Button
              type="submit"
              form={form}
              variant="primary"
              pending={request.isPending}
              disabledReason={releaseId ? null : "Choose a release first"}
            >
              {open.length > 0 ? `Ask for ${open.length + 1} promotions` : "Ask for promotion"}
            </Button>
          </>
        )
      }
    >
      {request.isSuccess ? (
        <ul className="flex flex-col gap-1">
          {request.data.map(({ id, number }) => (
            <li key={id}>
              <AppLink href={`/promotions/${number}`} className="text-accent hover:underline">
                Open promotion #{number}
              </AppLink>
            </li>
          ))}
        </ul>
      ) : (
        <form
          id={form}
          className="flex flex-col gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Releases releases={slot.releases} chosen={releaseId} onChoose={setReleaseId} />
          {siblings.length > 0 ? (
            <fieldset>
              <legend className="mb-1.5 font-medium">
                Together with <span className="font-normal text-ink-2">(optional)</span>
              </legend>
              <div className="flex flex-col gap-1.5">
                {siblings.map((one) => (
                  <Checkbox
                    key={one.slotId}
                    label={`${one.componentKey} in ${one.clientName ? `${one.clientName} ` : ""}${slot.environment.name}`}
                    hint={
                      one.releaseId === releaseId
                        ? "Runs this release already"
                        : one.version
                          ? `Runs ${one.version}`
                          : "Nothing installed yet"
                    }
                    disabled={one.releaseId === releaseId}
                    checked={one.releaseId !== releaseId && others.includes(one.slotId)}
                    onChange={(event) =>
                      setOthers((known) =>
                        event.target.checked
                          ? [...known, one.slotId]
                          : known.filter((id) => id !== one.slotId),
                      )
                    }
                  />
                ))}
              </div>
            </fieldset>
          ) : null}
          <TextareaField
            label="Reason"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          {request.error ? <RequestRefusal error={request.error} /> : null}
        </form>
      )}
    </Dialog>
  );
}

function isRefused(release: Release): boolean {
  return release.isCurrent || release.withdrawnAt !== null;
}

/** The newest that nothing stands in the way of, else the newest that can be asked for. What was rejected here is a person's choice. */
function firstChoice(releases: readonly Release[], wantedId?: string): Release | undefined {
  if (wantedId) return releases.find((release) => release.id === wantedId && !isRefused(release));
  const possible = releases.filter((release) => !isRefused(release) && release.rejected === null);
  return possible.find((release) => release.obstacles.length === 0) ?? possible[0];
}

type ReleasesProps = {
  releases: readonly Release[];
  chosen: string | null;
  onChoose: (releaseId: string) => void;
};

function Releases({ releases, chosen, onChoose }: ReleasesProps) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">Release</legend>
      {releases.length === 0 ? (
        <p className="text-ink-2">Nothing was built for this component yet.</p>
      ) : (
        <ul className="max-h-72 overflow-y-auto rounded-md border">
          {releases.map((release) => (
            <li key={release.id} className="border-b last:border-b-0">
              <label
                className={classNames(
                  "flex items-start gap-3 px-3 py-2",
                  isRefused(release) ? "text-ink-2" : "cursor-pointer hover:bg-fill",
                  release.id === chosen && "bg-accent-tint",
                )}
              >
                <input
                  type="radio"
                  name={name}
                  value={release.id}
                  checked={release.id === chosen}
                  disabled={isRefused(release)}
                  onChange={() => onChoose(release.id)}
                  className="mt-0.5 size-4 shrink-0 accent-accent"
                />
                <span className="min-w-0 flex-1">
                  <span className="flex flex-wrap items-baseline gap-x-3">
                    <Version>{release.version}</Version>
                    {release.sealedAt ? (
                      <TimeAgo at={release.sealedAt} className="text-ink-2 text-xs" />
                    ) : null}
                    {release.isCurrent ? <span className="text-xs">runs here now</span> : null}
                  </span>
                  {release.verifiedIn.length > 0 ? (
                    <span className="block text-ink-2 text-xs">
                      verified in {release.verifiedIn.join(", ")}
                    </span>
                  ) : null}
                  {release.rejected ? (
                    <span className="flex items-center gap-1.5 text-bad-ink text-xs">
                      <StatusMark status="failed" label={null} className="size-3" />
                      <span>
                        rejected here{" "}
                        {release.rejected.rejectedAt ? <TimeAgo at={release.rejected.rejectedAt} /> : null} by{" "}
                        <UntrustedText>{release.rejected.outcomeText ?? "somebody"}</UntrustedText>
                      </span>
                    </span>
                  ) : null}
                  {release.obstacles.map((obstacle) => (
                    <span key={obstacle} className="flex items-center gap-1.5 text-bad-ink text-xs">
                      <StatusMark status="blocked" label={null} className="size-3" />
                      {obstacle}
                    </span>
                  ))}
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
