import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { createdAt } from "./columns";

/** A worker process that has been seen. Its absence is why nothing happens. */
export const workers = pgTable("workers", {
  id: uuid().primaryKey(),
  hostName: text().notNull(),
  /** The names under which graphile-worker locks jobs for it, to free them when it has died. */
  queueWorkerIds: text().array().notNull(),
  startedAt: createdAt(),
  seenAt: createdAt(),
});
