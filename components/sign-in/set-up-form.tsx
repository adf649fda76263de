"use client";

import { useMutation } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button, IconButton } from "@/components/ui/button";
import { Input, TextField } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { ROLE_DUTIES, ROLE_NAMES, ROLES, type Role } from "@/domain/people/roles";

type Row = { id: number; groupName: string; role: Role };

const OPTIONS = ROLES.map((role) => ({ value: role, label: ROLE_NAMES[role] }));
/** What most organisations have a group for. */
const FIRST: readonly Role[] = ["developer", "tech_lead", "qa", "release_approver"];

/** Everything a new installation must know before anybody else comes in. `groups`: those of whoever sets it up. */
export function SetUpForm({ groups }: { groups: readonly string[] }) {
  const trpc = useTRPC();
  const [organisationName, setOrganisationName] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const [isRunnerEnabled, setRunnerEnabled] = useState(false);
  const [hasUsualPath, setUsualPath] = useState(true);
  const [slotHostUrl, setSlotHostUrl] = useState("");
  const counter = useRef(FIRST.length);
  const [rows, setRows] = useState<Row[]>(FIRST.map((role, id) => ({ id, groupName: "", role })));
  const finish = useMutation(
    trpc.settings.setUp.mutationOptions({
      meta: { tellsItself: ["INVALID", "CONFLICT"] },
      onSuccess: () => window.location.assign("/"),
    }),
  );
  const told = finish.error ? tell(finish.error) : null;
  const change = (id: number, part: Partial<Row>) =>
    setRows((known) => known.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (organisationName.trim() === "") return setMissing("Say whose installation this is.");
        const named = rows.filter((row) => row.groupName.trim() !== "");
        finish.mutate({
          organisationName: organisationName.trim(),
          groups: named.map(({ groupName, role }) => ({ groupName: groupName.trim(), role })),
          isRunnerEnabled,
          hasUsualPath,
          slotHostUrl: hasUsualPath && slotHostUrl.trim() !== "" ? slotHostUrl.trim() : null,
        });
      }}
    >
      <Panel title="Organisation">
        <TextField
          label="Name"
          required
          hint="Everybody sees it, at sign-in and at the top of every page."
          maxLength={80}
          value={organisationName}
          error={missing ?? told?.fields.organisationName?.[0]}
          onChange={(event) => {
            setOrganisationName(event.target.value);
            setMissing(null);
          }}
        />
      </Panel>
      <Panel title="What groups of the identity provider mean">
        <p className="mb-3 text-ink-2">
          Whoever is in one of these groups has its role from their next sign-in on, in the whole
          organisation. Other groups mean nothing. Now you decide alone; later, roles that decide or
          administer take two administrators.
        </p>
        <ul className="flex flex-col gap-2">
          {rows.map((row) => (
            <li key={row.id} className="grid grid-cols-[minmax(0,1fr)_11rem_auto] items-center gap-2">
              <Input
                aria-label="Group"
                list="own-groups"
                placeholder="Name of the group"
                maxLength={300}
                value={row.groupName}
                onChange={(event) => change(row.id, { groupName: event.target.value })}
              />
              <Select
                aria-label="Role"
                title={ROLE_DUTIES[row.role]}
                options={OPTIONS}
                value={row.role}
                onChange={(event) => {
                  const role = ROLES.find((one) => one === event.target.value);
                  if (role) change(row.id, { role });
                }}
              />
              <IconButton
                label="Remove this row"
                icon={<X aria-hidden className="size-4" />}
                onClick={() => setRows((known) => known.filter((other) => other.id !== row.id))}
              />
            </li>
          ))}
        </ul>
        <datalist id="own-groups">
          {groups.map((group) => (
            <option key={group} value={group} />
          ))}
        </datalist>
        <Button
          size="small"
          className="mt-3"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => {
            counter.current += 1;
            const id = counter.current;
            setRows((known) => [...known, { id, groupName: "", role: "viewer" }]);
          }}
        >
          Another group
        </Button>
      </Panel>
      <Panel title="The way to production">
        <Switch
          label="Begin with Dev, QA, UAT and Production"
          hint="And with their policies: a peer approves into a sprint, QA approves QA and UAT, a lead and QA approve master and production. Everything can be edited, added to and retired afterwards. Without it nothing is open until you make it."
          checked={hasUsualPath}
          onChange={(event) => setUsualPath(event.target.checked)}
        />
        {hasUsualPath ? (
          <div className="mt-4">
            <TextField
              label="Slot host"
              hint="The address that installs artifacts, for all four; each can have its own later. Empty: nothing is deployed yet."
              placeholder="https://slots.example.com"
              maxLength={300}
              value={slotHostUrl}
              onChange={(event) => setSlotHostUrl(event.target.value)}
            />
          </div>
        ) : null}
      </Panel>
      <Panel title="Local runner">
        <Switch
          label="Run pipelines on this machine"
          hint="It runs what repositories tell it to, as a user of its own. It is not a sandbox: turn it on only where you trust whoever pushes."
          checked={isRunnerEnabled}
          onChange={(event) => setRunnerEnabled(event.target.checked)}
        />
      </Panel>
      {told ? (
        <p role="alert" className="text-bad-ink">
          {told.sentence}
        </p>
      ) : null}
      <Button
        type="submit"
        variant="primary"
        size="large"
        pending={finish.isPending || finish.isSuccess}
        className="self-start"
      >
        Finish set-up
      </Button>
    </form>
  );
}
