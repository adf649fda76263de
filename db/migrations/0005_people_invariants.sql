-- Who is one human being, who administers, and how roles come about. Refusals begin with a typed code (domain/errors.ts).
create function canonical_person(p_person uuid) returns uuid language sql stable as $$
  select coalesce((select same_as_id from people where id = p_person), p_person)
$$;
--> statement-breakpoint
create function is_administrator(p_person uuid) returns boolean language sql stable as $$
  select exists (
    select 1 from grants g join people pe on pe.id = g.person_id
    where g.person_id = p_person and g.role = 'platform_admin' and g.revoked_at is null and pe.is_active)
$$;
--> statement-breakpoint
create function guard_person() returns trigger language plpgsql as $$ begin
  if new.same_as_id is not null and exists (select 1 from people where id = new.same_as_id and same_as_id is not null) then
    raise exception 'INVALID: this person is linked to somebody else already; link to that one';
  end if;
  if new.same_as_id is not null and exists (select 1 from people where same_as_id = new.id) then
    raise exception 'INVALID: others are linked to this person; link this one''s target to it instead';
  end if;
  if tg_op = 'UPDATE' and old.same_as_id is not null and new.same_as_id is distinct from old.same_as_id then
    raise exception 'IMMUTABLE: what was found to be one person stays one person';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_person before insert or update on people for each row execute function guard_person();
--> statement-breakpoint
-- The same as needsSecondAdministrator in domain/people/access.ts.
create function role_needs_two(p_role role) returns boolean language sql stable as $$
  select p_role in ('tech_lead', 'qa', 'release_approver', 'platform_admin')
    and not (p_role = 'platform_admin' and 1 = (
      select count(distinct g.person_id) from grants g join people pe on pe.id = g.person_id and pe.is_active
      where g.role = 'platform_admin' and g.revoked_at is null))
$$;
--> statement-breakpoint
create function guard_access_request() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: a request for access is kept'; end if;
  if tg_op = 'INSERT' then
    if new.decision is not null then raise exception 'IMMUTABLE: a request begins undecided'; end if;
    if not is_administrator(new.requested_by_id) then raise exception 'FORBIDDEN: only an administrator asks for access'; end if;
    if canonical_person(new.person_id) = canonical_person(new.requested_by_id) then
      raise exception 'SELF_GRANT: nobody gives themselves a role';
    end if;
    return new;
  end if;
  if old.decision is not null or
    (to_jsonb(new) - 'decision' - 'decided_by_id' - 'decided_at') is distinct from (to_jsonb(old) - 'decision' - 'decided_by_id' - 'decided_at') then
    raise exception 'IMMUTABLE: a request for access is decided once';
  end if;
  if new.decision = 'agreed' then
    if not is_administrator(new.decided_by_id) then raise exception 'FORBIDDEN: only an administrator agrees'; end if;
    if canonical_person(new.decided_by_id) = canonical_person(new.requested_by_id) then
      raise exception 'SECOND_ADMINISTRATOR: whoever asked does not agree as well; another administrator does';
    end if;
    if canonical_person(new.decided_by_id) = canonical_person(new.person_id) then
      raise exception 'SELF_GRANT: nobody agrees to a role of their own';
    end if;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_access_request before insert or update or delete on access_requests for each row execute function guard_access_request();
--> statement-breakpoint
-- Before an installation is set up (and in a demonstration's preparation) roles are simply there; afterwards never.
create function demand_origin(p_origin grant_origin) returns void language plpgsql as $$ begin
  if p_origin = 'installation' and exists (select 1 from installations where set_up_at is not null) then
    raise exception 'FORBIDDEN: after set-up a role is given by an administrator or follows from a group';
  end if;
end $$;
--> statement-breakpoint
create function demand_second_administrator(
  p_role role, p_by uuid, p_request uuid, p_person uuid, p_group text, p_scope_kind scope_kind, p_scope_id uuid) returns void language plpgsql as $$
declare
  r access_requests;
begin
  if not is_administrator(p_by) then raise exception 'FORBIDDEN: only an administrator gives roles'; end if;
  if canonical_person(p_by) = canonical_person(p_person) then raise exception 'SELF_GRANT: nobody gives themselves a role'; end if;
  if not role_needs_two(p_role) then return; end if;
  select * into r from access_requests where id = p_request;
  if r.decision is distinct from 'agreed' or r.role <> p_role or r.person_id is distinct from p_person or r.group_name is distinct from p_group
    or r.scope_kind <> p_scope_kind or r.scope_id is distinct from p_scope_id then
    raise exception 'SECOND_ADMINISTRATOR: this role is given by two administrators; ask for it, and let another agree';
  end if;
  if exists (select 1 from grants where access_request_id = p_request) or exists (select 1 from group_roles where access_request_id = p_request) then
    raise exception 'SECOND_ADMINISTRATOR: this agreement has been used';
  end if;
end $$;
--> statement-breakpoint
create function guard_grant_insert() returns trigger language plpgsql as $$ begin
  perform demand_origin(new.origin);
  if new.revoked_at is not null then raise exception 'IMMUTABLE: a grant begins in force'; end if;
  if new.origin = 'person' then
    perform demand_second_administrator(new.role, new.granted_by_id, new.access_request_id, new.person_id, null, new.scope_kind, new.scope_id);
  end if;
  if new.origin = 'group' and not exists (
    select 1 from group_roles gr where gr.id = new.group_role_id and gr.revoked_at is null and gr.role = new.role
      and gr.scope_kind = new.scope_kind and gr.scope_id is not distinct from new.scope_id) then
    raise exception 'INVALID: no row for this group gives this role here';
  end if;
  if new.origin = 'group' and not exists (
    select 1 from identities i join group_roles gr on gr.group_name = any (i.groups)
    where i.person_id = new.person_id and gr.id = new.group_role_id) then
    raise exception 'INVALID: this person is not in the group';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_grant_insert before insert on grants for each row execute function guard_grant_insert();
--> statement-breakpoint
create function guard_group_role() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: what a group meant is revoked, not deleted'; end if;
  if tg_op = 'INSERT' then
    perform demand_origin(new.origin);
    if new.origin = 'group' then raise exception 'INVALID: a group does not give groups roles'; end if;
    if new.revoked_at is not null then raise exception 'IMMUTABLE: it begins in force'; end if;
    if new.origin = 'person' then
      perform demand_second_administrator(new.role, new.created_by_id, new.access_request_id, null, new.group_name, new.scope_kind, new.scope_id);
    end if;
    return new;
  end if;
  if (to_jsonb(new) - 'revoked_at') is distinct from (to_jsonb(old) - 'revoked_at') or old.revoked_at is not null then
    raise exception 'IMMUTABLE: what a group means can only be revoked, once';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_group_role before insert or update or delete on group_roles for each row execute function guard_group_role();
--> statement-breakpoint
create function revoke_what_followed() returns trigger language plpgsql as $$ begin
  update grants set revoked_at = new.revoked_at where group_role_id = new.id and revoked_at is null;
  return null;
end $$;
--> statement-breakpoint
create trigger revoke_what_followed after update of revoked_at on group_roles for each row execute function revoke_what_followed();
--> statement-breakpoint
create function guard_identity() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: who signed in stays known'; end if;
  if (new.issuer, new.subject) is distinct from (old.issuer, old.subject) then
    raise exception 'IMMUTABLE: who somebody is at a provider never changes';
  end if;
  if new.person_id <> old.person_id and canonical_person(old.person_id) <> new.person_id then
    raise exception 'IMMUTABLE: an identity moves only with its person';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_identity before update or delete on identities for each row execute function guard_identity();
--> statement-breakpoint
create or replace function guard_installation() returns trigger language plpgsql as $$ begin
  if new.is_demonstration is distinct from old.is_demonstration then
    raise exception 'IMMUTABLE: whether an installation is a demonstration is fixed when it is created';
  end if;
  if old.set_up_at is not null and new.set_up_at is distinct from old.set_up_at then
    raise exception 'IMMUTABLE: an installation is set up once';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- The rules of a revision are its own: those of its policy, or stricter ones that came into force since.
create or replace function promotion_rules(p promotions) returns jsonb language sql stable as $$
  select case
    when p.kind = 'rollback' and p.requested_by_id is null then '[]'::jsonb
    when p.kind = 'rollback' then r.rules->'rollbackApprovals'
    else r.rules->'approvals' end
  from promotion_revisions r where r.promotion_id = p.id and r.revision = p.revision
$$;
--> statement-breakpoint
create function rules_of_revision() returns trigger language plpgsql as $$ begin
  new.rules := coalesce(new.rules, (select rules from policies where id = new.policy_id));
  return new;
end $$;
--> statement-breakpoint
create trigger default_rules before insert on promotion_revisions for each row execute function rules_of_revision();
--> statement-breakpoint
create trigger guard_revision_rules before insert on promotion_revisions for each row execute function guard_policy_rules();
--> statement-breakpoint
-- Administrators do not decide, and a person's other name had the same hand in it.
create or replace function is_eligible(p promotions, p_person uuid, p_roles jsonb) returns boolean language sql stable as $$
  select exists (
    select 1 from people pe join grants g on g.person_id = pe.id
    where pe.id = p_person and pe.is_active and p_roles ? g.role::text
      and grant_covers(g, p.product_id, p.environment_id, p.client_id))
  and not is_administrator(p_person)
  and not exists (
    select 1 from promotion_contributors c
    where c.promotion_id = p.id and canonical_person(c.person_id) = canonical_person(p_person))
$$;
--> statement-breakpoint
create or replace function guard_vote_insert() returns trigger language plpgsql as $$
declare
  p promotions;
begin
  -- The row lock serialises votes, pushes and late contributors.
  select * into p from promotions where id = new.promotion_id for update;
  if p.state <> 'awaiting_approval' then raise exception 'APPROVAL_CLOSED: this promotion is %', p.state; end if;
  if p.revision <> new.revision then raise exception 'STALE_SUBJECT: the vote is on revision %, the promotion is at %', new.revision, p.revision; end if;
  if new.voided_at is not null then raise exception 'IMMUTABLE: a vote begins in force'; end if;
  if not (select is_active from people where id = new.person_id) then raise exception 'APPROVER_INACTIVE: this person is no longer active'; end if;
  if is_administrator(new.person_id) then raise exception 'NOT_ELIGIBLE: an administrator does not decide on promotions'; end if;
  if new.decision = 'approve' and exists (
    select 1 from promotion_contributors c
    where c.promotion_id = new.promotion_id and canonical_person(c.person_id) = canonical_person(new.person_id)) then
    raise exception 'FOUR_EYES: whoever had a hand in a change does not approve it';
  end if;
  if not exists (
    select 1 from jsonb_array_elements(promotion_rules(p)) r, grants g
    where g.person_id = new.person_id and r->'roles' ? g.role::text and grant_covers(g, p.product_id, p.environment_id, p.client_id)) then
    raise exception 'NOT_ELIGIBLE: no approval rule of this promotion asks for this person''s roles';
  end if;
  if (select (r.rules->>'requiresStepUp')::boolean from promotion_revisions r where r.promotion_id = p.id and r.revision = p.revision)
    and coalesce(new.authenticated_at < clearway_now() - interval '10 minutes', true) then
    raise exception 'STEP_UP_REQUIRED: the policy asks for a sign-in of the last ten minutes; sign in again and decide';
  end if;
  new.decided_at := clearway_now();
  return new;
end $$;
--> statement-breakpoint
create or replace function void_votes_of_contributor() returns trigger language plpgsql as $$ begin
  perform 1 from promotions where id = new.promotion_id for update;
  update votes set voided_at = clearway_now(), void_reason = 'became a contributor: ' || new.why
    where promotion_id = new.promotion_id and canonical_person(person_id) = canonical_person(new.person_id)
      and decision = 'approve' and voided_at is null;
  return new;
end $$;
--> statement-breakpoint
do $$
declare
  governed text;
begin
  foreach governed in array array['access_requests', 'group_roles'] loop
    execute format('create constraint trigger demand_audit after insert or update or delete on %I deferrable initially deferred for each row execute function demand_audit()', governed);
    execute format('alter table %I enable always trigger demand_audit', governed);
  end loop;
end $$;
--> statement-breakpoint
create constraint trigger demand_audit after insert or delete or update of person_id on identities deferrable initially deferred for each row execute function demand_audit();
--> statement-breakpoint
alter table identities enable always trigger demand_audit;
--> statement-breakpoint
drop trigger demand_audit on people;
--> statement-breakpoint
create constraint trigger demand_audit after insert or delete or update of name, email, is_active, same_as_id on people deferrable initially deferred for each row execute function demand_audit();
--> statement-breakpoint
alter table people enable always trigger demand_audit;
