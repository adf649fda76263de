-- An approval that one administrator could give by way of a second account is no second pair of eyes: master and production
-- ask, by at least one rule, only people whose role two administrators gave. The same as belowFloor in domain/policies/floor.ts.
create or replace function demand_somebody_asked(p_policy uuid, p_place text) returns void language plpgsql as $$
declare
  asked jsonb;
begin
  if not exists (select 1 from installations where set_up_at is not null) then return; end if;
  select rules->'approvals' into asked from policies where id = p_policy;
  if jsonb_array_length(asked) = 0 then
    raise exception 'UNSATISFIABLE: Nobody would be asked before %: it takes at least one person who had no hand in a change.', p_place;
  end if;
  if not exists (
    select 1 from jsonb_array_elements(asked) rule
    where not exists (select 1 from jsonb_array_elements_text(rule->'roles') r where not role_needs_two(r::role))) then
    raise exception 'UNSATISFIABLE: One administrator could appoint everybody who is asked before %: at least one rule asks only for Tech lead or QA or Release approver.', p_place;
  end if;
end $$;
