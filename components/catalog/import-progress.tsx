"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { SelectField } from "@/components/ui/select";
import { StatusText } from "@/components/ui/status-pill";
import { UntrustedText } from "@/components/ui/untrusted-text";
import type { ImportPhase } from "@/domain/repositories/state";
import type { Repository } from "./catalog";

const WORDS: Record<ImportPhase, string> = {
  waiting: "Waits for a worker",
  connecting: "Asks the source what it has",
  receiving: "Receives",
  checking: "Checks what has come",
  done: "Imported",
};

/** How a repository that is not ready stands, in a line. */
export function ImportState({ repository }: { repository: Repository }) {
  if (repository.state === "failed") return <StatusText status="failed">Import failed</StatusText>;
  const at = repository.import;
  return <StatusText status="running">{at ? inWords(at.phase, at.percent) : "Is imported"}</StatusText>;
}

function inWords(phase: ImportPhase, percent: number | null): string {
  return percent === null ? WORDS[phase] : `${WORDS[phase]}: ${percent} %`;
}

/** The import on the page of its product: how far it is, or why it ended, and what to do. */
export function ImportProgress({ repository, onRemove }: { repository: Repository; onRemove: () => void }) {
  const at = repository.import;
  if (!at) return <ImportState repository={repository} />;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-2">
        From <UntrustedText className="font-mono text-xs">{at.source}</UntrustedText>
      </p>
      {repository.state === "failed" ? (
        <Failed repository={repository} onRemove={onRemove} />
      ) : (
        <>
          <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
            <StatusText status="running">{inWords(at.phase, at.percent)}</StatusText>
            <span className="text-ink-2 text-xs tabular-nums">{megabytes(at.receivedBytes)}</span>
          </div>
          <progress
            aria-label={`Import of ${repository.key}`}
            max={100}
            {...(at.percent === null ? {} : { value: at.percent })}
            className="h-1.5 w-full accent-accent"
          />
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-ink-2 text-xs">It goes on when this page is closed.</p>
            <Button size="small" variant="ghost" onClick={onRemove}>
              Give up
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function Failed({ repository, onRemove }: { repository: Repository; onRemove: () => void }) {
  const trpc = useTRPC();
  const branches = repository.import?.foundBranches ?? [];
  const [masterFrom, setMasterFrom] = useState(branches[0] ?? "");
  const retry = useMutation(
    trpc.repositories.retryImport.mutationOptions({
      meta: { invalidates: [trpc.products.pathKey()], tellsItself: ["CONFLICT", "INVALID"] },
    }),
  );
  const asks = branches.length > 0;
  return (
    <>
      <StatusText status={asks ? "waiting" : "failed"}>
        <UntrustedText>{repository.import?.error ?? "The import failed."}</UntrustedText>
      </StatusText>
      {asks ? (
        <SelectField
          label="Becomes master"
          required
          className="sm:max-w-72"
          value={masterFrom}
          options={branches.map((name) => ({ value: name, label: name }))}
          onChange={(event) => setMasterFrom(event.target.value)}
        />
      ) : null}
      {retry.error ? (
        <p role="alert" className="text-bad-ink">
          {tell(retry.error).sentence}
        </p>
      ) : null}
      <div className="flex gap-2">
        <Button
          variant="primary"
          pending={retry.isPending}
          onClick={() => retry.mutate({ repositoryId: repository.id, ...(asks ? { masterFrom } : {}) })}
        >
          {asks ? "Go on with this branch" : "Try again"}
        </Button>
        <Button onClick={onRemove}>Remove</Button>
      </div>
    </>
  );
}

function megabytes(bytes: number): string {
  if (bytes === 0) return "";
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** What was not taken over, once the import has ended well. */
export function LeftOut({ repository }: { repository: Repository }) {
  const left = repository.import?.leftOut ?? [];
  if (left.length === 0) return null;
  return (
    <details className="mt-3">
      <summary className="cursor-pointer text-ink-2">
        {left.length} {left.length === 1 ? "branch or tag was" : "branches and tags were"} left out
      </summary>
      <ul className="mt-2 flex flex-col gap-1">
        {left.map(({ name, reason }) => (
          <li key={name} className="break-all">
            <UntrustedText className="font-mono text-xs">{name}</UntrustedText>
            <span className="text-ink-2">: {reason}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
