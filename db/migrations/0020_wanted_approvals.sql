-- What is still asked for, where one person fills one rule only. `missing`: the largest lack of any set of rules (Hall);
-- `rules`, `roles`: those of the smallest such set: an approval by anybody else brings nothing. The same as domain/policies/filled.ts.
create function promotion_approvals(p promotions) returns jsonb language plpgsql stable as $$
declare
  rules jsonb := coalesce(promotion_rules(p), '[]');
  n integer := jsonb_array_length(rules);
  -- For each voter the rules that they could fill, as bits.
  fills integer[];
  missing integer := 0;
  short integer := 0;
  asked integer;
  lack integer;
begin
  select coalesce(array_agg(voter.fills), '{}') into fills from (
    select bit_or(1 << (r.position - 1)::integer) as fills
    from votes v cross join jsonb_array_elements(rules) with ordinality r (rule, position)
    where v.promotion_id = p.id and v.revision = p.revision and v.decision = 'approve' and v.voided_at is null
      and is_eligible(p, v.person_id, r.rule->'roles')
    group by v.person_id) voter;
  -- Before anybody has approved every rule lacks all it asks for.
  if cardinality(fills) = 0 then
    return (
      select jsonb_build_object(
        'missing', coalesce(sum((r.rule->>'minimum')::integer), 0),
        'rules', coalesce(jsonb_agg(r.rule->'key' order by r.position), '[]'),
        'roles', coalesce((select jsonb_agg(distinct role) from jsonb_path_query(rules, '$[*].roles[*]') role), '[]'))
      from jsonb_array_elements(rules) with ordinality r (rule, position));
  end if;
  for subset in 1 .. (1 << n) - 1 loop
    select sum((r.rule->>'minimum')::integer) into asked
      from jsonb_array_elements(rules) with ordinality r (rule, position)
      where (subset >> (r.position - 1)::integer) & 1 = 1;
    lack := asked - (select count(*) from unnest(fills) f where f & subset <> 0);
    if lack > missing then
      missing := lack;
      short := subset;
    elsif lack = missing and missing > 0 then
      -- Two sets that lack the most have a common part that lacks as much.
      short := short & subset;
    end if;
  end loop;
  return (
    select jsonb_build_object(
      'missing', missing,
      'rules', coalesce(jsonb_agg(r.rule->'key' order by r.position), '[]'),
      'roles', coalesce((
        select jsonb_agg(distinct role) from jsonb_array_elements(rules) with ordinality w (rule, position), jsonb_array_elements(w.rule->'roles') role
        where (short >> (w.position - 1)::integer) & 1 = 1), '[]'))
    from jsonb_array_elements(rules) with ordinality r (rule, position)
    where (short >> (r.position - 1)::integer) & 1 = 1);
end $$;
--> statement-breakpoint
create or replace function promotion_missing_approvals(p promotions) returns integer language sql stable as $$
  select (promotion_approvals(p)->>'missing')::integer
$$;
