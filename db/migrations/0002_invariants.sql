-- What must always hold, whoever writes. Refusals begin with a typed code (domain/errors.ts).
create table state_transitions (
  entity text not null,
  from_state text not null,
  to_state text not null,
  primary key (entity, from_state, to_state)
);
--> statement-breakpoint
insert into state_transitions (entity, from_state, to_state) values
  ('promotion', 'gating', 'awaiting_approval'), ('promotion', 'gating', 'ready'), ('promotion', 'gating', 'cancelled'),
  ('promotion', 'gating', 'superseded'), ('promotion', 'gating', 'expired'), ('promotion', 'gating', 'failed'),
  ('promotion', 'awaiting_approval', 'gating'), ('promotion', 'awaiting_approval', 'ready'), ('promotion', 'awaiting_approval', 'rejected'),
  ('promotion', 'awaiting_approval', 'cancelled'), ('promotion', 'awaiting_approval', 'superseded'), ('promotion', 'awaiting_approval', 'expired'),
  ('promotion', 'ready', 'gating'), ('promotion', 'ready', 'awaiting_approval'), ('promotion', 'ready', 'executing'),
  ('promotion', 'ready', 'cancelled'), ('promotion', 'ready', 'superseded'), ('promotion', 'ready', 'expired'),
  ('promotion', 'executing', 'verifying'), ('promotion', 'executing', 'unknown'), ('promotion', 'executing', 'failed'), ('promotion', 'executing', 'gating'),
  ('promotion', 'unknown', 'executing'), ('promotion', 'unknown', 'verifying'), ('promotion', 'unknown', 'failed'), ('promotion', 'unknown', 'rolling_back'),
  ('promotion', 'verifying', 'succeeded'), ('promotion', 'verifying', 'failed'), ('promotion', 'verifying', 'unknown'),
  ('promotion', 'verifying', 'rolling_back'), ('promotion', 'verifying', 'needs_human'),
  ('promotion', 'failed', 'gating'), ('promotion', 'failed', 'rolling_back'),
  ('promotion', 'rolling_back', 'rolled_back'), ('promotion', 'rolling_back', 'needs_human'), ('promotion', 'rolling_back', 'unknown'),
  ('promotion', 'needs_human', 'failed'), ('promotion', 'needs_human', 'rolled_back'), ('promotion', 'needs_human', 'rolling_back'),
  ('deployment', 'starting', 'verifying'), ('deployment', 'starting', 'unknown'), ('deployment', 'starting', 'failed'),
  ('deployment', 'unknown', 'starting'), ('deployment', 'unknown', 'verifying'), ('deployment', 'unknown', 'failed'),
  ('deployment', 'verifying', 'live'), ('deployment', 'verifying', 'unknown'), ('deployment', 'verifying', 'failed'),
  ('deployment', 'failed', 'rolled_back'), ('deployment', 'live', 'superseded'), ('deployment', 'live', 'rolled_back'),
  ('operation', 'pending', 'sent'), ('operation', 'sent', 'confirmed'), ('operation', 'sent', 'refused'), ('operation', 'sent', 'unknown'),
  ('operation', 'unknown', 'sent'), ('operation', 'unknown', 'confirmed'), ('operation', 'unknown', 'refused'), ('operation', 'pending', 'refused');
--> statement-breakpoint
create function refuse_change() returns trigger language plpgsql as $$ begin
  raise exception 'IMMUTABLE: rows of % are never changed or deleted', tg_table_name;
end $$;
--> statement-breakpoint
create function demand_legal_transition(p_entity text, p_from text, p_to text) returns void language plpgsql as $$ begin
  if p_from <> p_to and not exists (
    select 1 from state_transitions t where t.entity = p_entity and t.from_state = p_from and t.to_state = p_to) then
    raise exception 'ILLEGAL_TRANSITION: a % cannot go from % to %', p_entity, p_from, p_to;
  end if;
end $$;
--> statement-breakpoint
-- The installation: what it is never changes.
create function guard_installation() returns trigger language plpgsql as $$ begin
  if new.is_demonstration is distinct from old.is_demonstration then
    raise exception 'IMMUTABLE: whether an installation is a demonstration is fixed when it is created';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_installation before update on installations for each row execute function guard_installation();
--> statement-breakpoint
-- Grants are only ever revoked.
create function guard_grant() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: a grant is revoked, not deleted'; end if;
  if (to_jsonb(new) - 'revoked_at') is distinct from (to_jsonb(old) - 'revoked_at') or old.revoked_at is not null then
    raise exception 'IMMUTABLE: a grant can only be revoked, once';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_grant before update or delete on grants for each row execute function guard_grant();
--> statement-breakpoint
create trigger guard_policy before update or delete on policies for each row execute function refuse_change();
--> statement-breakpoint
-- Administrators, auditors and viewers never fill a rule.
create function guard_policy_rules() returns trigger language plpgsql as $$ begin
  if exists (
    select 1 from jsonb_array_elements((new.rules->'approvals') || (new.rules->'rollbackApprovals')) r, jsonb_array_elements_text(r->'roles') role
    where role not in ('developer', 'tech_lead', 'qa', 'release_approver')) then
    raise exception 'INVALID: only developers, tech leads, QA and release approvers can be asked for an approval';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_policy_rules before insert on policies for each row execute function guard_policy_rules();
--> statement-breakpoint
create function grant_covers(g grants, p_product uuid, p_environment uuid, p_client uuid) returns boolean language sql immutable as $$
  select g.revoked_at is null and case g.scope_kind
    when 'organisation' then true
    when 'product' then g.scope_id = p_product
    when 'environment' then g.scope_id = p_environment
    when 'client' then g.scope_id = p_client end
$$;
--> statement-breakpoint
create function promotion_rules(p promotions) returns jsonb language sql stable as $$
  select case
    when p.kind = 'rollback' and p.requested_by_id is null then '[]'::jsonb
    when p.kind = 'rollback' then po.rules->'rollbackApprovals'
    else po.rules->'approvals' end
  from promotion_revisions r join policies po on po.id = r.policy_id
  where r.promotion_id = p.id and r.revision = p.revision
$$;
--> statement-breakpoint
create function is_eligible(p promotions, p_person uuid, p_roles jsonb) returns boolean language sql stable as $$
  select exists (
    select 1 from people pe join grants g on g.person_id = pe.id
    where pe.id = p_person and pe.is_active and p_roles ? g.role::text
      and grant_covers(g, p.product_id, p.environment_id, p.client_id))
  and not exists (select 1 from promotion_contributors c where c.promotion_id = p.id and c.person_id = p_person)
$$;
--> statement-breakpoint
-- How many approvals are still missing: one person fills one rule, so for every set of rules there must be
-- at least as many different voters as the set asks for (Hall). The same as domain/policies/policy.ts.
create function promotion_missing_approvals(p promotions) returns integer language plpgsql stable as $$
declare
  rules jsonb := promotion_rules(p);
  n integer := jsonb_array_length(rules);
  missing integer := 0;
  asked integer;
  got integer;
  roles jsonb;
begin
  for subset in 1 .. (1 << n) - 1 loop
    asked := 0;
    roles := '[]'::jsonb;
    for i in 0 .. n - 1 loop
      if (subset >> i) & 1 = 1 then
        asked := asked + (rules->i->>'minimum')::integer;
        roles := roles || (rules->i->'roles');
      end if;
    end loop;
    select count(distinct v.person_id) into got from votes v
      where v.promotion_id = p.id and v.revision = p.revision and v.decision = 'approve' and v.voided_at is null
        and is_eligible(p, v.person_id, roles);
    missing := greatest(missing, asked - got);
  end loop;
  return missing;
end $$;
--> statement-breakpoint
create function guard_promotion_insert() returns trigger language plpgsql as $$
declare
  s slots;
begin
  if new.state <> 'gating' or new.version <> 0 or new.revision <> 1 then
    raise exception 'ILLEGAL_TRANSITION: a promotion begins at its gates';
  end if;
  if new.slot_id is not null then
    select * into s from slots where id = new.slot_id;
    if s.environment_id is distinct from new.environment_id or s.client_id is distinct from new.client_id then
      raise exception 'INVALID: the promotion''s environment and client are those of its slot';
    end if;
    if not exists (select 1 from release_artifacts ra where ra.release_id = new.release_id and ra.component_id = s.component_id) then
      raise exception 'INVALID: the release has no artifact for this slot''s component';
    end if;
  end if;
  if new.kind = 'rollback' and new.requested_by_id is null and not exists (
    select 1 from promotions o where o.id = new.rolls_back_id and o.slot_id = new.slot_id and o.state = 'rolling_back') then
    raise exception 'INVALID: a rollback by Clearway itself belongs to a promotion of the same slot that is rolling back';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_promotion_insert before insert on promotions for each row execute function guard_promotion_insert();
--> statement-breakpoint
create function guard_promotion() returns trigger language plpgsql as $$
declare
  missing integer;
  gate record;
  release releases;
  live_schema integer;
begin
  if new.version <> old.version + 1 then raise exception 'STALE_WRITE: somebody else changed this promotion first'; end if;
  if new.revision not in (old.revision, old.revision + 1) then raise exception 'STALE_WRITE: revisions rise by one'; end if;
  if new.revision = old.revision + 1 and new.state <> 'gating' then
    raise exception 'ILLEGAL_TRANSITION: a new revision begins at its gates';
  end if;
  if (new.kind, new.number, new.product_id, new.repository_id, new.environment_id, new.client_id, new.pull_request_id, new.source_branch,
      new.target_branch, new.slot_id, new.release_id, new.rolls_back_id, new.requested_by_id, new.created_at)
     is distinct from
     (old.kind, old.number, old.product_id, old.repository_id, old.environment_id, old.client_id, old.pull_request_id, old.source_branch,
      old.target_branch, old.slot_id, old.release_id, old.rolls_back_id, old.requested_by_id, old.created_at) then
    raise exception 'IMMUTABLE: what a promotion is about never changes';
  end if;
  perform demand_legal_transition('promotion', old.state::text, new.state::text);
  if new.state in ('ready', 'executing') and new.state <> old.state and old.state <> 'unknown' then
    if exists (select 1 from votes v where v.promotion_id = new.id and v.revision = new.revision and v.decision = 'reject' and v.voided_at is null) then
      raise exception 'REJECTED: somebody rejected this revision';
    end if;
    missing := promotion_missing_approvals(new);
    if missing > 0 then raise exception 'APPROVALS_MISSING: % more needed', missing; end if;
    select key, status, detail into gate from promotion_gates g
      where g.promotion_id = new.id and g.revision = new.revision and g.status <> 'pass' limit 1;
    if found then raise exception 'GATES_OPEN: %', gate.detail; end if;
    if not exists (select 1 from promotion_gates g where g.promotion_id = new.id and g.revision = new.revision) then
      raise exception 'GATES_OPEN: the gates have not been looked at yet';
    end if;
  end if;
  if new.state in ('awaiting_approval', 'ready', 'executing') and new.state <> old.state and new.release_id is not null then
    select * into release from releases where id = new.release_id;
    if release.sealed_at is null then raise exception 'INVALID: only a sealed release is deployed'; end if;
    if release.withdrawn_at is not null then raise exception 'RELEASE_WITHDRAWN: %', release.withdrawn_reason; end if;
    if not exists (select 1 from environments e where e.id = new.environment_id and e.policy_id is not null) then
      raise exception 'ENVIRONMENT_CLOSED: no policy is bound to this environment';
    end if;
  end if;
  if new.kind = 'rollback' and new.requested_by_id is null and old.state = 'failed' and new.state = 'gating' then
    raise exception 'TOO_LATE: a rollback by Clearway itself is not tried again without people';
  end if;
  if new.kind = 'rollback' and new.state in ('ready', 'executing') and new.state <> old.state then
    select * into release from releases where id = new.release_id;
    select schema_version into live_schema from slots where id = new.slot_id for update;
    if live_schema not between release.schema_min and release.schema_max then
      raise exception 'ROLLBACK_SCHEMA_INCOMPATIBLE: the live schema is %, release % works with % to %',
        live_schema, release.version, release.schema_min, release.schema_max;
    end if;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_promotion before update on promotions for each row execute function guard_promotion();
--> statement-breakpoint
create trigger keep_promotions before delete on promotions for each row execute function refuse_change();
--> statement-breakpoint
create trigger keep_promotion_revisions before update or delete on promotion_revisions for each row execute function refuse_change();
--> statement-breakpoint
create trigger keep_merge_candidates before update or delete on merge_candidates for each row execute function refuse_change();
--> statement-breakpoint
create trigger keep_promotion_contributors before update or delete on promotion_contributors for each row execute function refuse_change();
--> statement-breakpoint
create function guard_vote_insert() returns trigger language plpgsql as $$
declare
  p promotions;
begin
  -- The row lock serialises votes, pushes and late contributors.
  select * into p from promotions where id = new.promotion_id for update;
  if p.state <> 'awaiting_approval' then raise exception 'APPROVAL_CLOSED: this promotion is %', p.state; end if;
  if p.revision <> new.revision then raise exception 'STALE_SUBJECT: the vote is on revision %, the promotion is at %', new.revision, p.revision; end if;
  if new.voided_at is not null then raise exception 'IMMUTABLE: a vote begins in force'; end if;
  if not (select is_active from people where id = new.person_id) then raise exception 'APPROVER_INACTIVE: this person is no longer active'; end if;
  if new.decision = 'approve' and exists (
    select 1 from promotion_contributors c where c.promotion_id = new.promotion_id and c.person_id = new.person_id) then
    raise exception 'FOUR_EYES: whoever had a hand in a change does not approve it';
  end if;
  if not exists (
    select 1 from jsonb_array_elements(promotion_rules(p)) r, grants g
    where g.person_id = new.person_id and r->'roles' ? g.role::text and grant_covers(g, p.product_id, p.environment_id, p.client_id)) then
    raise exception 'NOT_ELIGIBLE: no approval rule of this promotion asks for this person''s roles';
  end if;
  new.decided_at := clearway_now();
  return new;
end $$;
--> statement-breakpoint
create trigger guard_vote_insert before insert on votes for each row execute function guard_vote_insert();
--> statement-breakpoint
create function guard_vote() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: a vote is voided, not deleted'; end if;
  if (to_jsonb(new) - 'voided_at' - 'void_reason') is distinct from (to_jsonb(old) - 'voided_at' - 'void_reason')
     or old.voided_at is not null or new.voided_at is null or new.void_reason is null then
    raise exception 'IMMUTABLE: a vote can only be voided, once, with a reason';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_vote before update or delete on votes for each row execute function guard_vote();
--> statement-breakpoint
create function void_votes_of_contributor() returns trigger language plpgsql as $$ begin
  perform 1 from promotions where id = new.promotion_id for update;
  update votes set voided_at = clearway_now(), void_reason = 'became a contributor: ' || new.why
    where promotion_id = new.promotion_id and person_id = new.person_id and decision = 'approve' and voided_at is null;
  return new;
end $$;
--> statement-breakpoint
create trigger void_votes_of_contributor after insert on promotion_contributors for each row execute function void_votes_of_contributor();
--> statement-breakpoint
create function guard_operation() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: operations are kept'; end if;
  if tg_op = 'UPDATE' then
    if old.is_settled then raise exception 'IMMUTABLE: this operation is settled as %', old.state; end if;
    if (new.promotion_id, new.idempotency_key, new.kind, new.expected) is distinct from (old.promotion_id, old.idempotency_key, old.kind, old.expected) then
      raise exception 'IMMUTABLE: an intent never changes';
    end if;
    if new.fence < old.fence then raise exception 'STALE_FENCE: another worker has taken over'; end if;
    perform demand_legal_transition('operation', old.state::text, new.state::text);
  end if;
  new.is_settled := new.state in ('confirmed', 'refused');
  return new;
end $$;
--> statement-breakpoint
create trigger guard_operation before insert or update or delete on operations for each row execute function guard_operation();
--> statement-breakpoint
create function guard_release() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'RELEASE_SEALED: releases are kept'; end if;
  if old.sealed_at is not null and (
    (to_jsonb(new) - 'withdrawn_at' - 'withdrawn_reason' - 'withdrawn_by_id') is distinct from
    (to_jsonb(old) - 'withdrawn_at' - 'withdrawn_reason' - 'withdrawn_by_id') or old.withdrawn_at is not null) then
    raise exception 'RELEASE_SEALED: a sealed release can only be withdrawn, once';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_release before update or delete on releases for each row execute function guard_release();
--> statement-breakpoint
create function guard_release_artifact() returns trigger language plpgsql as $$ begin
  if tg_op <> 'INSERT' then raise exception 'RELEASE_SEALED: what a release holds never changes'; end if;
  if (select sealed_at from releases where id = new.release_id) is not null then
    raise exception 'RELEASE_SEALED: nothing is added to a sealed release';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_release_artifact before insert or update or delete on release_artifacts for each row execute function guard_release_artifact();
--> statement-breakpoint
create function guard_deployment() returns trigger language plpgsql as $$
declare
  p promotions;
  s slots;
begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: deployments are kept'; end if;
  if tg_op = 'INSERT' then
    select * into p from promotions where id = new.promotion_id;
    select * into s from slots where id = new.slot_id;
    if p.slot_id is distinct from new.slot_id or p.release_id is distinct from new.release_id or p.state <> 'executing' then
      raise exception 'INVALID: a deployment belongs to a promotion that is executing for the same slot and release';
    end if;
    if new.fence <> s.fence then raise exception 'STALE_FENCE: the slot''s fence is %, not %', s.fence, new.fence; end if;
    if new.state <> 'starting' then raise exception 'ILLEGAL_TRANSITION: a deployment begins by starting'; end if;
    if not exists (select 1 from release_artifacts ra where ra.release_id = new.release_id and ra.component_id = s.component_id and ra.sha256 = new.artifact_sha256) then
      raise exception 'INVALID: this digest is not the release''s artifact for the slot''s component';
    end if;
    return new;
  end if;
  if (new.slot_id, new.promotion_id, new.attempt, new.release_id, new.artifact_sha256, new.fence, new.previous_deployment_id)
     is distinct from (old.slot_id, old.promotion_id, old.attempt, old.release_id, old.artifact_sha256, old.fence, old.previous_deployment_id) then
    raise exception 'IMMUTABLE: what is deployed where never changes';
  end if;
  perform demand_legal_transition('deployment', old.state::text, new.state::text);
  return new;
end $$;
--> statement-breakpoint
create trigger guard_deployment before insert or update or delete on deployments for each row execute function guard_deployment();
--> statement-breakpoint
create function guard_slot() returns trigger language plpgsql as $$ begin
  if new.fence < old.fence then raise exception 'STALE_FENCE: a slot''s fence never falls'; end if;
  if new.current_deployment_id is distinct from old.current_deployment_id and not exists (
    select 1 from deployments d where d.id = new.current_deployment_id and d.slot_id = new.id and d.fence = new.fence and d.state = 'live') then
    raise exception 'STALE_FENCE: only the live deployment that holds the slot may say what runs there';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_slot before update on slots for each row execute function guard_slot();
--> statement-breakpoint
alter table slots add constraint slots_current_deployment foreign key (current_deployment_id) references deployments (id) on delete restrict deferrable initially deferred;
--> statement-breakpoint
-- The audit chain: the trigger derives every column from the payload, so that none of them can say something else.
create function chain_audit_event() returns trigger language plpgsql as $$
declare
  head audit_head;
  said jsonb := new.payload::jsonb;
begin
  select * into head from audit_head where id = 1 for update;
  if not found then
    insert into audit_head (id, sequence, hash) values (1, 0, '\x') on conflict do nothing;
    select * into head from audit_head where id = 1 for update;
  end if;
  new.sequence := head.sequence + 1;
  new.at := (said->>'at')::timestamptz;
  new.actor_kind := (said->'actor'->>'kind')::actor_kind;
  new.actor_id := (said->'actor'->>'id')::uuid;
  new.actor_name := said->'actor'->>'name';
  new.action := said->>'action';
  new.subject_type := said->'subject'->>'type';
  new.subject_id := said->'subject'->>'id';
  new.subject_label := said->'subject'->>'label';
  new.product_id := (said->'subject'->>'productId')::uuid;
  new.previous_hash := head.hash;
  new.hash := sha256('\x01'::bytea || head.hash || convert_to(new.payload, 'UTF8'));
  new.transaction_id := pg_current_xact_id()::text::bigint;
  update audit_head set sequence = new.sequence, hash = new.hash where id = 1;
  return new;
end $$;
--> statement-breakpoint
create trigger chain_audit_event before insert on audit_events for each row execute function chain_audit_event();
--> statement-breakpoint
create function refuse_audit_change() returns trigger language plpgsql as $$ begin
  raise exception 'AUDIT_IMMUTABLE: audit rows are only ever added';
end $$;
--> statement-breakpoint
create trigger keep_audit_events before update or delete on audit_events for each row execute function refuse_audit_change();
--> statement-breakpoint
create trigger keep_audit_events_whole before truncate on audit_events for each statement execute function refuse_audit_change();
--> statement-breakpoint
alter table audit_events enable always trigger chain_audit_event;
--> statement-breakpoint
alter table audit_events enable always trigger keep_audit_events;
--> statement-breakpoint
alter table audit_events enable always trigger keep_audit_events_whole;
--> statement-breakpoint
-- A governed change without an audit row of its own transaction does not commit.
create function demand_audit() returns trigger language plpgsql as $$ begin
  if not exists (select 1 from audit_events where transaction_id = pg_current_xact_id()::text::bigint) then
    raise exception 'AUDIT_MISSING: a change of % without an audit row in the same transaction', tg_table_name;
  end if;
  return null;
end $$;
--> statement-breakpoint
do $$
declare
  governed text;
begin
  foreach governed in array array['promotions', 'votes', 'deployments', 'releases', 'pull_requests', 'grants', 'policies',
    'branch_policies', 'environments', 'installations', 'products', 'repositories', 'components', 'clients', 'subscriptions'] loop
    execute format('create constraint trigger demand_audit after insert or update or delete on %I deferrable initially deferred for each row execute function demand_audit()', governed);
    execute format('alter table %I enable always trigger demand_audit', governed);
  end loop;
end $$;
--> statement-breakpoint
create constraint trigger demand_audit after insert or delete or update of revoked_at on access_tokens deferrable initially deferred for each row execute function demand_audit();
--> statement-breakpoint
alter table access_tokens enable always trigger demand_audit;
--> statement-breakpoint
create constraint trigger demand_audit after insert or delete or update of name, email, is_active on people deferrable initially deferred for each row execute function demand_audit();
--> statement-breakpoint
alter table people enable always trigger demand_audit;
