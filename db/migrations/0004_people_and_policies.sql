CREATE TYPE "public"."access_decision" AS ENUM('agreed', 'refused', 'withdrawn');--> statement-breakpoint
CREATE TYPE "public"."grant_origin" AS ENUM('installation', 'person', 'group');--> statement-breakpoint
CREATE TABLE "access_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid,
	"group_name" text,
	"role" "role" NOT NULL,
	"scope_kind" "scope_kind" NOT NULL,
	"scope_id" uuid,
	"reason" text NOT NULL,
	"requested_by_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"decision" "access_decision",
	"decided_by_id" uuid,
	"decided_at" timestamp with time zone,
	CONSTRAINT "access_requests_for_one" CHECK (("access_requests"."person_id" is null) <> ("access_requests"."group_name" is null)),
	CONSTRAINT "access_requests_scope_id" CHECK (("access_requests"."scope_kind" = 'organisation') = ("access_requests"."scope_id" is null)),
	CONSTRAINT "access_requests_decided" CHECK (("access_requests"."decision" is null) = ("access_requests"."decided_at" is null) and ("access_requests"."decision" is null) = ("access_requests"."decided_by_id" is null))
);
--> statement-breakpoint
CREATE TABLE "group_roles" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"group_name" text NOT NULL,
	"role" "role" NOT NULL,
	"scope_kind" "scope_kind" NOT NULL,
	"scope_id" uuid,
	"origin" "grant_origin" DEFAULT 'installation' NOT NULL,
	"created_by_id" uuid,
	"access_request_id" uuid,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "group_roles_scope_id" CHECK (("group_roles"."scope_kind" = 'organisation') = ("group_roles"."scope_id" is null))
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"email" text,
	"groups" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"last_sign_in_at" timestamp with time zone,
	CONSTRAINT "identities_subject" UNIQUE("issuer","subject")
);
--> statement-breakpoint
DROP INDEX "grants_one_live";--> statement-breakpoint
ALTER TABLE "installations" ADD COLUMN "set_up_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "origin" "grant_origin" DEFAULT 'installation' NOT NULL;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "group_role_id" uuid;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "access_request_id" uuid;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "same_as_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "identity_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "authenticated_at" timestamp with time zone DEFAULT clearway_now() NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "last_seen_at" timestamp with time zone DEFAULT clearway_now() NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "user_agent" text;--> statement-breakpoint
ALTER TABLE "policies" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "policies" ADD COLUMN "created_by_id" uuid;--> statement-breakpoint
-- What was written before gets what the new columns would have said; the guards against changes look away for that.
ALTER TABLE "policies" DISABLE TRIGGER USER;--> statement-breakpoint
UPDATE "policies" SET "rules" = '{"requiredChecks": [], "requiresStepUp": false}'::jsonb || "rules";--> statement-breakpoint
ALTER TABLE "policies" ENABLE TRIGGER USER;--> statement-breakpoint
ALTER TABLE "policies" ENABLE ALWAYS TRIGGER "demand_audit";--> statement-breakpoint
ALTER TABLE "promotion_revisions" ADD COLUMN "rules" jsonb;--> statement-breakpoint
ALTER TABLE "promotion_revisions" DISABLE TRIGGER USER;--> statement-breakpoint
UPDATE "promotion_revisions" r SET "rules" = p."rules" FROM "policies" p WHERE p."id" = r."policy_id";--> statement-breakpoint
ALTER TABLE "promotion_revisions" ENABLE TRIGGER USER;--> statement-breakpoint
ALTER TABLE "promotion_revisions" ALTER COLUMN "rules" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "installations" DISABLE TRIGGER USER;--> statement-breakpoint
UPDATE "installations" SET "set_up_at" = "demonstration_prepared_at";--> statement-breakpoint
ALTER TABLE "installations" ENABLE TRIGGER USER;--> statement-breakpoint
ALTER TABLE "installations" ENABLE ALWAYS TRIGGER "demand_audit";--> statement-breakpoint
ALTER TABLE "votes" ADD COLUMN "authenticated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "access_requests" ADD CONSTRAINT "access_requests_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_requests" ADD CONSTRAINT "access_requests_requested_by_id_people_id_fk" FOREIGN KEY ("requested_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_requests" ADD CONSTRAINT "access_requests_decided_by_id_people_id_fk" FOREIGN KEY ("decided_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_roles" ADD CONSTRAINT "group_roles_created_by_id_people_id_fk" FOREIGN KEY ("created_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_roles" ADD CONSTRAINT "group_roles_access_request_id_access_requests_id_fk" FOREIGN KEY ("access_request_id") REFERENCES "public"."access_requests"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_requests_person_id_index" ON "access_requests" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "access_requests_requested_by_id_index" ON "access_requests" USING btree ("requested_by_id");--> statement-breakpoint
CREATE INDEX "access_requests_decided_by_id_index" ON "access_requests" USING btree ("decided_by_id");--> statement-breakpoint
CREATE INDEX "access_requests_open" ON "access_requests" USING btree ("created_at","id") WHERE "access_requests"."decision" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "group_roles_one_live" ON "group_roles" USING btree ("group_name","role","scope_kind",coalesce("scope_id", '00000000-0000-0000-0000-000000000000'::uuid)) WHERE "group_roles"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "group_roles_created_by_id_index" ON "group_roles" USING btree ("created_by_id");--> statement-breakpoint
CREATE INDEX "group_roles_access_request_id_index" ON "group_roles" USING btree ("access_request_id");--> statement-breakpoint
CREATE INDEX "identities_person_id_index" ON "identities" USING btree ("person_id");--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_group_role_id_group_roles_id_fk" FOREIGN KEY ("group_role_id") REFERENCES "public"."group_roles"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_access_request_id_access_requests_id_fk" FOREIGN KEY ("access_request_id") REFERENCES "public"."access_requests"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_same_as_id_people_id_fk" FOREIGN KEY ("same_as_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_identity_id_identities_id_fk" FOREIGN KEY ("identity_id") REFERENCES "public"."identities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "policies" ADD CONSTRAINT "policies_created_by_id_people_id_fk" FOREIGN KEY ("created_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "grants_group_role_id_index" ON "grants" USING btree ("group_role_id");--> statement-breakpoint
CREATE INDEX "grants_access_request_id_index" ON "grants" USING btree ("access_request_id");--> statement-breakpoint
CREATE INDEX "people_same_as_id_index" ON "people" USING btree ("same_as_id");--> statement-breakpoint
CREATE INDEX "sessions_identity_id_index" ON "sessions" USING btree ("identity_id");--> statement-breakpoint
CREATE INDEX "policies_created_by_id_index" ON "policies" USING btree ("created_by_id");--> statement-breakpoint
CREATE UNIQUE INDEX "grants_one_live" ON "grants" USING btree ("person_id","role","scope_kind",coalesce("scope_id", '00000000-0000-0000-0000-000000000000'::uuid),coalesce("group_role_id", '00000000-0000-0000-0000-000000000000'::uuid)) WHERE "grants"."revoked_at" is null;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_id_unique" UNIQUE("id");--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_origin_group" CHECK (("grants"."origin" = 'group') = ("grants"."group_role_id" is not null));--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_origin_person" CHECK (("grants"."origin" = 'person') = ("grants"."granted_by_id" is not null));--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_same_as" CHECK ("people"."same_as_id" is null or ("people"."same_as_id" <> "people"."id" and not "people"."is_active"));