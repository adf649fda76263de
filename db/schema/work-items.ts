import { index, pgEnum, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { WORK_ITEM_STATES, WORK_ITEM_TYPES } from "@/domain/work-items/status";
import { products } from "./catalog";
import { createdAt, id } from "./columns";

export const workItemTypeEnum = pgEnum("work_item_type", WORK_ITEM_TYPES);
export const workItemStateEnum = pgEnum("work_item_state", WORK_ITEM_STATES);

export const workItems = pgTable(
  "work_items",
  {
    id: id(),
    productId: uuid()
      .notNull()
      .references(() => products.id, { onDelete: "restrict" }),
    key: text().notNull().unique(),
    type: workItemTypeEnum().notNull(),
    title: text().notNull(),
    state: workItemStateEnum().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index().on(t.productId),
    index("work_items_parts").using("gin", t.key.op("gin_trgm_ops"), t.title.op("gin_trgm_ops")),
  ],
);
