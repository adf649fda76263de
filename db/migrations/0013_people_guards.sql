-- What attacks on 0005 showed: administering is of the whole organisation, agreements are checked again when they are used,
-- and removing the second administrator is no way round needing one.
create function administers(p_person uuid) returns boolean language sql stable as $$
  select exists (
    select 1 from grants g join people pe on pe.id = g.person_id
    where g.person_id = p_person and g.role = 'platform_admin' and g.scope_kind = 'organisation' and g.revoked_at is null and pe.is_active)
$$;
--> statement-breakpoint
-- A lone administrator may appoint the second one. Whoever removed the other waits seven days, in which others can notice.
create or replace function role_needs_two(p_role role) returns boolean language sql stable as $$
  select p_role in ('tech_lead', 'qa', 'release_approver', 'platform_admin')
    and not (p_role = 'platform_admin' and 1 = (
      select count(distinct canonical_person(g.person_id)) from grants g
      where g.role = 'platform_admin' and g.scope_kind = 'organisation'
        and (g.revoked_at is null or g.revoked_at > clearway_now() - interval '7 days')))
$$;
--> statement-breakpoint
-- Whoever administers does not hold a role that decides on what reaches production, and the other way round.
create function demand_separate_duties(p_person uuid, p_role role) returns void language plpgsql as $$ begin
  if p_role = 'platform_admin' and exists (
    select 1 from grants where person_id = p_person and revoked_at is null and role in ('tech_lead', 'qa', 'release_approver')) then
    raise exception 'SEPARATION_OF_DUTIES: this person decides on promotions; an administrator does not. Revoke that role first';
  end if;
  if p_role in ('tech_lead', 'qa', 'release_approver') and exists (
    select 1 from grants where person_id = p_person and revoked_at is null and role = 'platform_admin') then
    raise exception 'SEPARATION_OF_DUTIES: this person administers, and an administrator does not decide on promotions. Revoke that role first';
  end if;
end $$;
--> statement-breakpoint
-- Would this administrator get a role by what the group is to mean? Viewers and auditors may nothing that administrators may not.
create function gains_by_group(p_person uuid, p_group text, p_role role, p_scope_kind scope_kind, p_scope_id uuid) returns boolean language sql stable as $$
  select p_role not in ('viewer', 'auditor')
    and exists (select 1 from identities i where canonical_person(i.person_id) = canonical_person(p_person) and p_group = any (i.groups))
    and not exists (
      select 1 from grants g where g.person_id = p_person and g.role = p_role and g.revoked_at is null
        and (g.scope_kind = 'organisation' or (g.scope_kind = p_scope_kind and g.scope_id is not distinct from p_scope_id)))
$$;
--> statement-breakpoint
create function demand_no_gain(p_administrator uuid, p_person uuid, p_group text, p_role role, p_scope_kind scope_kind, p_scope_id uuid) returns void language plpgsql as $$ begin
  if canonical_person(p_administrator) = canonical_person(p_person) then
    raise exception 'SELF_GRANT: nobody has a hand in a role of their own';
  end if;
  if p_group is not null and gains_by_group(p_administrator, p_group, p_role, p_scope_kind, p_scope_id) then
    raise exception 'SELF_GRANT: this administrator is in the group and would get the role; another one does it';
  end if;
end $$;
--> statement-breakpoint
create function demand_grantable(p_person uuid, p_role role, p_scope_kind scope_kind) returns void language plpgsql as $$ begin
  if p_role = 'platform_admin' and p_scope_kind <> 'organisation' then
    raise exception 'INVALID: who administers does so for the whole organisation';
  end if;
  if p_person is not null then
    if exists (select 1 from people where id = p_person and same_as_id is not null) then
      raise exception 'INVALID: this person is linked to another; roles are given to that one';
    end if;
    perform demand_separate_duties(p_person, p_role);
  end if;
end $$;
--> statement-breakpoint
create or replace function guard_access_request() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: a request for access is kept'; end if;
  if tg_op = 'INSERT' then
    if new.decision is not null then raise exception 'IMMUTABLE: a request begins undecided'; end if;
    if not administers(new.requested_by_id) then raise exception 'FORBIDDEN: only an administrator asks for access'; end if;
    perform demand_no_gain(new.requested_by_id, new.person_id, new.group_name, new.role, new.scope_kind, new.scope_id);
    perform demand_grantable(new.person_id, new.role, new.scope_kind);
    new.created_at := clearway_now();
    return new;
  end if;
  if old.decision is not null or
    (to_jsonb(new) - 'decision' - 'decided_by_id' - 'decided_at') is distinct from (to_jsonb(old) - 'decision' - 'decided_by_id' - 'decided_at') then
    raise exception 'IMMUTABLE: a request for access is decided once';
  end if;
  if new.decision is null then return new; end if;
  new.decided_at := clearway_now();
  if new.decision = 'withdrawn' then
    if new.decided_by_id is distinct from new.requested_by_id then raise exception 'FORBIDDEN: whoever asked takes it back; others refuse'; end if;
    return new;
  end if;
  if not administers(new.decided_by_id) then raise exception 'FORBIDDEN: only an administrator agrees or refuses'; end if;
  if new.decision = 'refused' then return new; end if;
  if not administers(new.requested_by_id) then raise exception 'FORBIDDEN: whoever asked for it administers no longer; ask anew'; end if;
  if canonical_person(new.decided_by_id) = canonical_person(new.requested_by_id) then
    raise exception 'SECOND_ADMINISTRATOR: whoever asked does not agree as well; another administrator does';
  end if;
  perform demand_no_gain(new.decided_by_id, new.person_id, new.group_name, new.role, new.scope_kind, new.scope_id);
  perform demand_no_gain(new.requested_by_id, new.person_id, new.group_name, new.role, new.scope_kind, new.scope_id);
  perform demand_grantable(new.person_id, new.role, new.scope_kind);
  return new;
end $$;
--> statement-breakpoint
create or replace function demand_second_administrator(
  p_role role, p_by uuid, p_request uuid, p_person uuid, p_group text, p_scope_kind scope_kind, p_scope_id uuid) returns void language plpgsql as $$
declare
  r access_requests;
begin
  if not administers(p_by) then raise exception 'FORBIDDEN: only an administrator gives roles'; end if;
  perform demand_no_gain(p_by, p_person, p_group, p_role, p_scope_kind, p_scope_id);
  perform demand_grantable(p_person, p_role, p_scope_kind);
  if not role_needs_two(p_role) and p_request is null then return; end if;
  -- The row lock lets one agreement be used by one transaction at a time.
  select * into r from access_requests where id = p_request for update;
  if r.decision is distinct from 'agreed' or r.role <> p_role or r.person_id is distinct from p_person or r.group_name is distinct from p_group
    or r.scope_kind <> p_scope_kind or r.scope_id is distinct from p_scope_id or p_by not in (r.requested_by_id, r.decided_by_id)
    or not administers(r.requested_by_id) or not administers(r.decided_by_id) then
    raise exception 'SECOND_ADMINISTRATOR: this role is given by two administrators; ask for it, and let another agree';
  end if;
  if exists (select 1 from grants where access_request_id = p_request) or exists (select 1 from group_roles where access_request_id = p_request) then
    raise exception 'SECOND_ADMINISTRATOR: this agreement has been used';
  end if;
end $$;
--> statement-breakpoint
create function refuse_grant_to_linked() returns trigger language plpgsql as $$ begin
  if exists (select 1 from people where id = new.person_id and same_as_id is not null) then
    raise exception 'INVALID: this person is linked to another; roles are given to that one';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger refuse_grant_to_linked before insert on grants for each row execute function refuse_grant_to_linked();
--> statement-breakpoint
create or replace function guard_grant() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: a grant is revoked, not deleted'; end if;
  if (to_jsonb(new) - 'revoked_at') is distinct from (to_jsonb(old) - 'revoked_at') or old.revoked_at is not null then
    raise exception 'IMMUTABLE: a grant can only be revoked, once';
  end if;
  if new.revoked_at is not null then new.revoked_at := clearway_now(); end if;
  return new;
end $$;
--> statement-breakpoint
-- The lock on the target keeps two links, made at once, from becoming a chain.
create or replace function guard_person() returns trigger language plpgsql as $$ begin
  if tg_op = 'UPDATE' and old.same_as_id is not null and new.same_as_id is distinct from old.same_as_id then
    raise exception 'IMMUTABLE: what was found to be one person stays one person';
  end if;
  if new.same_as_id is not null then perform 1 from people where id = new.same_as_id for update; end if;
  if new.same_as_id is not null and exists (select 1 from people where id = new.same_as_id and same_as_id is not null) then
    raise exception 'INVALID: this person is linked to somebody else already; link to that one';
  end if;
  if new.same_as_id is not null and exists (select 1 from people where same_as_id = new.id) then
    raise exception 'INVALID: others are linked to this person; link this one''s target to it instead';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- Held when the transaction ends: what a linked person had is moved or over.
create function demand_nothing_left() returns trigger language plpgsql as $$ begin
  if exists (select 1 from grants where person_id = new.id and revoked_at is null)
    or exists (select 1 from identities where person_id = new.id)
    or exists (select 1 from sessions where user_id = new.id)
    or exists (select 1 from access_tokens where person_id = new.id and revoked_at is null) then
    raise exception 'INVALID: a linked person keeps no role, identity, session or token of their own';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger demand_nothing_left after update of same_as_id on people deferrable initially deferred
  for each row when (new.same_as_id is not null) execute function demand_nothing_left();
--> statement-breakpoint
create or replace function guard_identity() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: who signed in stays known'; end if;
  if tg_op = 'INSERT' then
    if exists (select 1 from people where id = new.person_id and same_as_id is not null) then
      raise exception 'INVALID: this person is linked to another; identities belong to that one';
    end if;
    return new;
  end if;
  if (new.issuer, new.subject) is distinct from (old.issuer, old.subject) then
    raise exception 'IMMUTABLE: who somebody is at a provider never changes';
  end if;
  if new.person_id <> old.person_id and canonical_person(old.person_id) <> new.person_id then
    raise exception 'IMMUTABLE: an identity moves only with its person';
  end if;
  return new;
end $$;
--> statement-breakpoint
drop trigger guard_identity on identities;
--> statement-breakpoint
create trigger guard_identity before insert or update or delete on identities for each row execute function guard_identity();
