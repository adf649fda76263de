ALTER TYPE "public"."gate_key" ADD VALUE 'not_held' BEFORE 'path';--> statement-breakpoint
CREATE TABLE "slot_holds" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"slot_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"held_by_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"released_by_id" uuid,
	"released_at" timestamp with time zone,
	"release_reason" text,
	CONSTRAINT "slot_holds_released" CHECK (("slot_holds"."released_at" is null) = ("slot_holds"."released_by_id" is null) and ("slot_holds"."released_at" is null) = ("slot_holds"."release_reason" is null))
);
--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "retired_reason" text;--> statement-breakpoint
ALTER TABLE "slot_holds" ADD CONSTRAINT "slot_holds_slot_id_slots_id_fk" FOREIGN KEY ("slot_id") REFERENCES "public"."slots"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slot_holds" ADD CONSTRAINT "slot_holds_held_by_id_people_id_fk" FOREIGN KEY ("held_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slot_holds" ADD CONSTRAINT "slot_holds_released_by_id_people_id_fk" FOREIGN KEY ("released_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "slot_holds_one_live" ON "slot_holds" USING btree ("slot_id") WHERE "slot_holds"."released_at" is null;--> statement-breakpoint
CREATE INDEX "slot_holds_slot_id_created_at_index" ON "slot_holds" USING btree ("slot_id","created_at");--> statement-breakpoint
CREATE INDEX "slot_holds_held_by_id_index" ON "slot_holds" USING btree ("held_by_id");--> statement-breakpoint
CREATE INDEX "slot_holds_released_by_id_index" ON "slot_holds" USING btree ("released_by_id");--> statement-breakpoint
ALTER TABLE "environments" ADD CONSTRAINT "environments_retired" CHECK (("environments"."retired_at" is null) = ("environments"."retired_reason" is null));