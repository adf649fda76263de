-- Versions of a policy follow each other, what is bound is the newest, and a promotion is never decided by less than it was.
create function demand_sound_rules(rules jsonb) returns void language plpgsql as $$
declare
  list text;
begin
  foreach list in array array['approvals', 'rollbackApprovals'] loop
    if jsonb_typeof(rules->list) is distinct from 'array' then raise exception 'INVALID: a policy names its %', list; end if;
    if exists (
      select 1 from jsonb_array_elements(rules->list) r
      where jsonb_typeof(r->'roles') is distinct from 'array' or jsonb_array_length(r->'roles') = 0
        or coalesce((r->>'minimum')::integer not between 1 and 9, true) or coalesce(r->>'key', '') = '') then
      raise exception 'INVALID: a rule has a key, at least one role and a minimum from 1 to 9';
    end if;
    if (select count(*) <> count(distinct r->>'key') from jsonb_array_elements(rules->list) r) then
      raise exception 'INVALID: two rules of a policy have the same key';
    end if;
  end loop;
end $$;
--> statement-breakpoint
create function guard_policy_version() returns trigger language plpgsql as $$
declare
  newest policies;
begin
  perform demand_sound_rules(new.rules);
  -- Whoever publishes another version of it waits here, and is then told.
  perform pg_advisory_xact_lock(hashtextextended('policy:' || new.key, 0));
  select * into newest from policies where key = new.key order by version desc limit 1;
  if new.version <> coalesce(newest.version, 0) + 1 then
    raise exception 'STALE_WRITE: the newest version of this policy is %; look at it before you publish another', coalesce(newest.version, 0);
  end if;
  if newest.id is not null and newest.subject <> new.subject then
    raise exception 'IMMUTABLE: a policy for branches stays one, and so does one for environments';
  end if;
  if new.version > 1 and coalesce(length(trim(new.note)), 0) = 0 then
    raise exception 'INVALID: a new version says why it was made';
  end if;
  if (new.rules->>'requiresStepUp')::boolean and exists (select 1 from installations where is_demonstration) then
    raise exception 'INVALID: nobody signs in anew in a demonstration, so a fresh sign-in cannot be asked for';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_policy_version before insert on policies for each row execute function guard_policy_version();
--> statement-breakpoint
create function demand_newest_policy(p_policy uuid, p_subject policy_subject) returns void language plpgsql as $$
declare
  bound policies;
begin
  select * into bound from policies where id = p_policy;
  if bound.subject <> p_subject then
    raise exception 'INVALID: % decides over %, it cannot be bound here', bound.name,
      case bound.subject when 'branch' then 'merges into branches' else 'deployments to environments' end;
  end if;
  if exists (select 1 from policies where key = bound.key and version > bound.version) then
    raise exception 'STALE_WRITE: % has a newer version than %', bound.name, bound.version;
  end if;
end $$;
--> statement-breakpoint
create function guard_branch_policy() returns trigger language plpgsql as $$ begin
  perform demand_newest_policy(new.policy_id, 'branch');
  return new;
end $$;
--> statement-breakpoint
create trigger guard_branch_policy before insert or update on branch_policies for each row execute function guard_branch_policy();
--> statement-breakpoint
create function guard_environment_policy() returns trigger language plpgsql as $$ begin
  if new.policy_id is not null then perform demand_newest_policy(new.policy_id, 'environment'); end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_environment_policy before insert or update of policy_id on environments for each row execute function guard_environment_policy();
--> statement-breakpoint
-- At the end of the transaction: what was bound follows to the new version, except where something was retired with the old one.
create function demand_bindings_follow() returns trigger language plpgsql as $$ begin
  if exists (
    select 1 from policies older where older.key = new.key and older.version < new.version
      and (exists (select 1 from branch_policies b where b.policy_id = older.id)
        or exists (select 1 from environments e where e.policy_id = older.id and e.retired_at is null))) then
    raise exception 'INVALID: what this policy decides must follow to its new version in the same change';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger demand_bindings_follow after insert on policies deferrable initially deferred for each row execute function demand_bindings_follow();
--> statement-breakpoint
-- Every rule of `than` is in `rules` under its key, and asks for no fewer people.
create function asks_for_no_less(rules jsonb, than jsonb) returns boolean language sql immutable as $$
  select not exists (
    select 1 from jsonb_array_elements(than) t
    where not exists (
      select 1 from jsonb_array_elements(rules) r
      where r->>'key' = t->>'key' and (r->>'minimum')::integer >= (t->>'minimum')::integer))
$$;
--> statement-breakpoint
-- By its other roles nobody gets in whom the policy does not ask.
create function asks_nobody_else(rules jsonb, than jsonb) returns boolean language sql immutable as $$
  select not exists (
    select 1 from jsonb_array_elements(rules) r join jsonb_array_elements(than) t on t->>'key' = r->>'key'
    where not t->'roles' @> (r->'roles'))
$$;
--> statement-breakpoint
create function guard_revision_strictness() returns trigger language plpgsql as $$
declare
  bound jsonb;
  before jsonb;
  list text;
  flag text;
begin
  perform demand_sound_rules(new.rules);
  select rules into bound from policies where id = new.policy_id;
  select rules into before from promotion_revisions where promotion_id = new.promotion_id and revision = new.revision - 1;
  foreach list in array array['approvals', 'rollbackApprovals'] loop
    if not asks_for_no_less(new.rules->list, bound->list) or not asks_nobody_else(new.rules->list, bound->list) then
      raise exception 'INVALID: a revision is decided by its policy or by something stricter';
    end if;
    if before is not null and not asks_for_no_less(new.rules->list, before->list) then
      raise exception 'INVALID: what decides a promotion only ever becomes stricter';
    end if;
  end loop;
  foreach flag in array array['requiresChecks', 'requiresWorkItem', 'requiresUpToDate', 'requiresStepUp'] loop
    if not (new.rules->flag)::boolean and ((bound->flag)::boolean or coalesce((before->flag)::boolean, false)) then
      raise exception 'INVALID: what decides a promotion only ever becomes stricter';
    end if;
  end loop;
  if not (new.rules->'requiredChecks') @> (coalesce(bound->'requiredChecks', '[]'::jsonb) || coalesce(before->'requiredChecks', '[]'::jsonb)) then
    raise exception 'INVALID: what decides a promotion only ever becomes stricter';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_revision_strictness before insert on promotion_revisions for each row execute function guard_revision_strictness();
