import { sql } from "drizzle-orm";
import { boolean, check, date, integer, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns";

/** One row: what this installation is. Whether it is a demonstration is fixed when the row is created. */
export const installations = pgTable(
  "installations",
  {
    id: integer().primaryKey().default(1),
    organisationName: text().notNull(),
    isDemonstration: boolean().notNull().default(false),
    demonstrationAnchorDay: date({ mode: "string" }),
    demonstrationSeed: text(),
    demonstrationPreparedAt: moment(),
    /** From then on roles come from administrators and groups only. */
    setUpAt: moment(),
    isRunnerEnabled: boolean().notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [check("installations_single_row", sql`${t.id} = 1`)],
);
