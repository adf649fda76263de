"use client";

import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { TextField } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { SelectField } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { hoursInWords } from "@/domain/policies/in-words";
import { EditorSummary } from "./editor-summary";
import type { PolicyDetail } from "./policy";
import { RequiredChecks } from "./required-checks";
import { RuleList } from "./rule-list";
import type { useDraft } from "./use-draft";
import { VerifiedIn } from "./verified-in";

type PolicyEditorProps = { detail: PolicyDetail; edit: ReturnType<typeof useDraft> };

const EXPIRY_HOURS = [4, 8, 24, 48, 72, 7 * 24, 14 * 24, 30 * 24, 60 * 24, 90 * 24];

/** What is asked for on the left, what that means on the right, as it is typed. */
export function PolicyEditor({ detail, edit }: PolicyEditorProps) {
  const { policy, versions, isDemonstration } = detail;
  const { draft, change, discard, isRestored, isKept } = edit;
  const { rules } = draft;
  const isBranch = policy.subject === "branch";
  const knownKeys = versions.flatMap((one) =>
    [...one.rules.approvals, ...one.rules.rollbackApprovals].map(({ key }) => key),
  );
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_384px]">
      <div className="flex min-w-0 flex-col gap-4">
        {isRestored ? (
          <Callout
            title="This is what you were editing before"
            action={
              <Button size="small" onClick={discard}>
                Begin anew
              </Button>
            }
          >
            It was kept in this tab and is not published.
          </Callout>
        ) : null}
        <Panel title="Who agrees" note="one person fills one rule; nobody who had a hand in the change">
          <RuleList
            rules={rules.approvals}
            knownKeys={knownKeys}
            whenNone="Nobody is asked."
            onChange={(approvals) => change({ rules: { approvals } })}
          />
        </Panel>
        <Panel title="What must hold">
          <div className="flex flex-col gap-5">
            <Switch
              label="The pipeline has passed"
              hint="For the very tree that is promoted."
              checked={rules.requiresChecks}
              onChange={({ target }) => change({ rules: { requiresChecks: target.checked } })}
            />
            <RequiredChecks
              value={rules.requiredChecks}
              onChange={(requiredChecks) => change({ rules: { requiredChecks } })}
            />
            {isBranch ? (
              <>
                <Switch
                  label="Every commit names a work item"
                  hint="One that Clearway knows, of the same product."
                  checked={rules.requiresWorkItem}
                  onChange={({ target }) => change({ rules: { requiresWorkItem: target.checked } })}
                />
                <Switch
                  label="The source is up to date"
                  hint="The target has nothing that the source lacks."
                  checked={rules.requiresUpToDate}
                  onChange={({ target }) => change({ rules: { requiresUpToDate: target.checked } })}
                />
              </>
            ) : (
              <Switch
                label="It is on master"
                hint="The release's very tree is there."
                checked={rules.requiresMaster}
                onChange={({ target }) => change({ rules: { requiresMaster: target.checked } })}
              />
            )}
            <VerifiedIn
              detail={detail}
              value={rules.verifiedIn}
              onChange={(verifiedIn) => change({ rules: { verifiedIn } })}
            />
          </div>
        </Panel>
        <Panel title="How votes and requests age">
          <div className="flex flex-col gap-5">
            {isBranch ? (
              <Switch
                label="Votes begin again when the target moves"
                hint={
                  rules.onTargetMoved === "revote"
                    ? "People vote on the source and the target's head together."
                    : "Votes stay while source and contributors are the same; the merge is made and checked again."
                }
                checked={rules.onTargetMoved === "revote"}
                onChange={({ target }) =>
                  change({ rules: { onTargetMoved: target.checked ? "revote" : "recheck" } })
                }
              />
            ) : null}
            <Switch
              label="A vote takes a fresh sign-in"
              hint={
                isDemonstration
                  ? "Not in a demonstration: nobody signs in with an identity provider here."
                  : "Of the last ten minutes, at the identity provider."
              }
              checked={rules.requiresStepUp}
              disabled={isDemonstration && !rules.requiresStepUp}
              onChange={({ target }) => change({ rules: { requiresStepUp: target.checked } })}
            />
            <SelectField
              label="A request expires after"
              required
              className="max-w-56"
              value={String(rules.expiresAfterHours)}
              options={[...new Set([...EXPIRY_HOURS, rules.expiresAfterHours])]
                .sort((a, b) => a - b)
                .map((hours) => ({ value: String(hours), label: hoursInWords(hours) }))}
              onChange={({ target }) => change({ rules: { expiresAfterHours: Number(target.value) } })}
            />
          </div>
        </Panel>
        {isBranch ? null : (
          <Panel title="What follows">
            <div className="flex flex-col gap-5">
              <Switch
                label="Clearway asks for it by itself"
                hint="As soon as a release is sealed, or verified in the environment before."
                checked={rules.deploysAutomatically}
                onChange={({ target }) => change({ rules: { deploysAutomatically: target.checked } })}
              />
              <Switch
                label="A failed check is rolled back by itself"
                hint="Where the schema allows what ran before."
                checked={rules.rollsBackAutomatically}
                onChange={({ target }) => change({ rules: { rollsBackAutomatically: target.checked } })}
              />
              <div>
                <p className="mb-2 font-medium">When a person asks for a rollback</p>
                <RuleList
                  rules={rules.rollbackApprovals}
                  knownKeys={knownKeys}
                  whenNone="Nobody has to agree."
                  onChange={(rollbackApprovals) => change({ rules: { rollbackApprovals } })}
                />
              </div>
            </div>
          </Panel>
        )}
        <Panel title="Name">
          <TextField
            label="What it is called"
            required
            maxLength={80}
            value={draft.name}
            error={draft.name.trim() === "" ? "It needs a name." : null}
            onChange={({ target }) => change({ name: target.value })}
          />
        </Panel>
        {isKept ? (
          <p className="text-ink-2">
            What is typed here is kept in this tab.{" "}
            <button type="button" className="text-accent hover:underline" onClick={discard}>
              Discard it
            </button>
          </p>
        ) : null}
      </div>
      <EditorSummary detail={detail} edit={edit} />
    </div>
  );
}
