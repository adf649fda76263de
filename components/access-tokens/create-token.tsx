"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { tell } from "@/components/trpc/refusal";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { CodeBlock } from "@/components/ui/code-block";
import { TextField } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { SelectField } from "@/components/ui/select";

const LASTS = [7, 30, 90].map((days) => ({ value: String(days), label: `${days} days` }));

/** The token is in the answer and nowhere else: it stands here until the page is left. */
export function CreateToken() {
  const trpc = useTRPC();
  const [name, setName] = useState("");
  const [days, setDays] = useState("30");
  const [missing, setMissing] = useState<string | null>(null);
  const create = useMutation(
    trpc.accessTokens.create.mutationOptions({
      meta: { invalidates: [trpc.accessTokens.pathKey()], tellsItself: ["INVALID", "CONFLICT"] },
      gcTime: 0,
      onSuccess: () => setName(""),
    }),
  );
  const told = create.error ? tell(create.error) : null;
  return (
    <Panel title="New token">
      <form
        noValidate
        className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_9rem_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === "") return setMissing("Say what it is for, so that you know it again.");
          create.mutate({ name: name.trim(), days: Number(days) });
        }}
      >
        <TextField
          label="What it is for"
          required
          placeholder="laptop"
          maxLength={60}
          value={name}
          error={missing ?? told?.fields.name?.[0]}
          onChange={(event) => {
            setName(event.target.value);
            setMissing(null);
          }}
        />
        <SelectField
          label="Valid for"
          required
          value={days}
          options={LASTS}
          onChange={(event) => setDays(event.target.value)}
        />
        <Button type="submit" variant="primary" pending={create.isPending} className="sm:mt-6">
          Create token
        </Button>
      </form>
      {told ? (
        <p role="alert" className="mt-3 text-bad-ink">
          {told.sentence}
        </p>
      ) : null}
      {create.data ? (
        <div role="status" className="mt-4">
          <Callout tone="warning" title="Copy it now: it is not shown again">
            Clearway keeps only its hash. If it is lost, revoke it and create another.
          </Callout>
          <div className="mt-3">
            <CodeBlock label="The new token" copyLabel="Copy the token">
              {create.data.token}
            </CodeBlock>
          </div>
        </div>
      ) : null}
    </Panel>
  );
}
