import { type SQL, sql } from "drizzle-orm";

/** People of whom there may be thousands: how many, and the first of them by name. */
export type Several = { count: number; names: string[] };

export const FIRST_NAMES = 5;

/** As one value, of a query that gives an id and a name per person. */
export function several(query: SQL): SQL<Several> {
  return sql<Several>`(
    select jsonb_build_object('count', count(*), 'names', coalesce(jsonb_agg(name order by n) filter (where n <= ${FIRST_NAMES}), '[]'))
    from (select q.name, row_number() over (order by q.name, q.id) as n from (${query}) q) numbered)`;
}
