"use client";

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Panel } from "@/components/ui/panel";
import { TextareaField } from "@/components/ui/textarea";
import { showToast } from "@/components/ui/toast-queue";
import { UntrustedText } from "@/components/ui/untrusted-text";
import { policyDifference } from "@/domain/policies/difference";
import { policyInSentences } from "@/domain/policies/in-words";
import { DraftRules } from "@/domain/policies/input";
import type { PolicyRules } from "@/domain/policies/policy";
import { lookedAgain } from "./bind-dialog";
import { DifferenceList } from "./difference-list";
import { PeopleEnough } from "./people-enough";
import { namesOf, type PolicyDetail, type PreviewState } from "./policy";
import { PreviewPanel } from "./preview-panel";
import type { useDraft } from "./use-draft";

const DEBOUNCE_MS = 400;

type EditorSummaryProps = { detail: PolicyDetail; edit: ReturnType<typeof useDraft> };

/** What the draft means: in words, against the present version, for the people there are, and over the last 90 days. */
export function EditorSummary({ detail, edit }: EditorSummaryProps) {
  const { policy, environments } = detail;
  const { draft } = edit;
  const names = namesOf(environments);
  const isWhole = isComplete(draft.rules) && draft.name.trim() !== "";
  const preview = usePreview(policy.key, draft.rules);
  return (
    <aside
      aria-label="What this means"
      data-right-column
      className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-[calc(var(--bar-height)+16px)] lg:max-h-[calc(100dvh-var(--bar-height)-32px)] lg:overflow-y-auto"
    >
      <Panel title="In words">
        <ul className="flex flex-col gap-1">
          {policyInSentences(draft.rules, policy.subject, names).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Panel>
      <PreviewPanel preview={preview} />
      <Publish detail={detail} edit={edit} isWhole={isWhole} preview={preview} />
    </aside>
  );
}

function isComplete(rules: PolicyRules): boolean {
  return DraftRules.safeParse(rules).success;
}

/** Asked for when typing has paused, and only for rules that are whole. */
function usePreview(key: string, rules: PolicyRules): PreviewState {
  const trpc = useTRPC();
  const [asked, setAsked] = useState<PolicyRules | null>(null);
  useEffect(() => {
    if (!isComplete(rules)) return;
    const timer = setTimeout(() => setAsked(rules), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [rules]);
  const query = useQuery(
    trpc.policies.preview.queryOptions(
      { key, rules: asked ?? rules },
      { enabled: asked !== null, placeholderData: keepPreviousData },
    ),
  );
  return {
    data: query.data,
    isCurrent: asked === rules && !query.isPlaceholderData && query.data !== undefined,
    error: query.error,
    retry: () => void query.refetch(),
  };
}

type PublishProps = EditorSummaryProps & { isWhole: boolean; preview: PreviewState };

function Publish({ detail, edit, isWhole, preview }: PublishProps) {
  const trpc = useTRPC();
  const { policy, versions, environments } = detail;
  const { draft, change, discard } = edit;
  const names = namesOf(environments);
  const [isTried, setIsTried] = useState(false);
  const publish = useMutation(
    trpc.policies.publish.mutationOptions({
      meta: {
        invalidates: [trpc.policies.pathKey(), trpc.promotions.pathKey(), trpc.environments.pathKey()],
        tellsItself: ["UNSATISFIABLE", "STALE_WRITE", "CONFLICT", "INVALID"],
      },
      onSuccess: ({ version, waiting }) => {
        showToast({ tone: "ok", title: `Version ${version} decides from now on.${lookedAgain(waiting)}` });
        setIsTried(false);
        discard();
      },
    }),
  );
  const differences = policyDifference(policy.rules, draft.rules, names);
  const isSame = differences.length === 0 && draft.name === policy.name;
  const base = versions.find(({ version }) => version === draft.basedOn);
  const isBehind = draft.basedOn < policy.version;
  const obstacles = preview.data?.obstacles ?? [];
  const isSaid = draft.note.trim().length >= 3;
  const obstacle = isSame
    ? "Nothing is different from the present version"
    : isBehind
      ? "Somebody published meanwhile: look at that first"
      : !isWhole
        ? "A rule is not complete yet"
        : preview.isCurrent && obstacles.length > 0
          ? "Nobody could fulfil it"
          : null;
  const send = () => {
    setIsTried(true);
    if (!isSaid || obstacle) return;
    const { basedOn, name, rules, note } = draft;
    publish.mutate({ key: policy.key, expectedVersion: basedOn, name, rules, note });
  };
  return (
    <Panel title={`Against version ${policy.version}`}>
      <div className="flex flex-col gap-4">
        {isBehind && base ? (
          <Callout
            tone="warning"
            title={`Version ${policy.version} was published while you edited version ${base.version}`}
          >
            <p className="mb-1">
              {policy.createdBy ? <UntrustedText>{policy.createdBy}</UntrustedText> : "Clearway"}:{" "}
              <UntrustedText>{policy.note ?? "no reason given"}</UntrustedText>
            </p>
            <DifferenceList
              differences={policyDifference(base.rules, policy.rules, names)}
              whenNone="Only its name is different"
            />
            <p className="mt-1">Yours is kept. Below is how it differs from version {policy.version}.</p>
            <span className="mt-2 flex flex-wrap gap-2">
              <Button size="small" onClick={() => change({ basedOn: policy.version })}>
                Keep mine, on top of it
              </Button>
              <Button size="small" onClick={discard}>
                Take version {policy.version}
              </Button>
            </span>
          </Callout>
        ) : null}
        <DifferenceList
          differences={differences}
          whenNone={isSame ? "Nothing is different yet" : "Only its name is different"}
        />
        {preview.data ? <PeopleEnough preview={preview.data} /> : null}
        <TextareaField
          label="Why"
          required
          rows={2}
          maxLength={1000}
          value={draft.note}
          error={
            isTried && !isSaid ? "Say why, in a few words: it stands beside the version for good." : null
          }
          onChange={({ target }) => change({ note: target.value })}
        />
        {publish.error ? <Callout tone="error" title={tell(publish.error).sentence} /> : null}
        <Button variant="primary" pending={publish.isPending} disabledReason={obstacle} onClick={send}>
          Publish version {policy.version + 1}
        </Button>
        <p className="text-ink-2 text-xs">
          It decides at once. Promotions that wait are voted on again where it is stricter than what they
          began with; where it is looser they keep that.
        </p>
      </div>
    </Panel>
  );
}
