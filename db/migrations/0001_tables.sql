CREATE TYPE "public"."actor_kind" AS ENUM('person', 'system');--> statement-breakpoint
CREATE TYPE "public"."component_scope" AS ENUM('common', 'client');--> statement-breakpoint
CREATE TYPE "public"."deployment_state" AS ENUM('starting', 'verifying', 'unknown', 'live', 'failed', 'rolled_back', 'superseded');--> statement-breakpoint
CREATE TYPE "public"."role" AS ENUM('viewer', 'developer', 'tech_lead', 'qa', 'release_approver', 'platform_admin', 'auditor');--> statement-breakpoint
CREATE TYPE "public"."scope_kind" AS ENUM('organisation', 'product', 'client', 'environment');--> statement-breakpoint
CREATE TYPE "public"."job_state" AS ENUM('waiting', 'queued', 'running', 'passed', 'failed', 'timed_out', 'cancelled', 'skipped', 'interrupted');--> statement-breakpoint
CREATE TYPE "public"."run_state" AS ENUM('queued', 'running', 'passed', 'failed', 'cancelled', 'interrupted', 'invalid');--> statement-breakpoint
CREATE TYPE "public"."run_trigger" AS ENUM('push', 'candidate', 'manual', 'external');--> statement-breakpoint
CREATE TYPE "public"."branch_kind" AS ENUM('master', 'sprint', 'feature', 'hotfix', 'hotfix_work', 'environment', 'other');--> statement-breakpoint
CREATE TYPE "public"."policy_subject" AS ENUM('environment', 'branch');--> statement-breakpoint
CREATE TYPE "public"."gate_key" AS ENUM('mergeable', 'up_to_date', 'work_item', 'contributors_known', 'checks', 'verified_in', 'release_sealed', 'on_master', 'environment_open', 'path', 'schema');--> statement-breakpoint
CREATE TYPE "public"."gate_status" AS ENUM('pass', 'fail', 'pending');--> statement-breakpoint
CREATE TYPE "public"."operation_kind" AS ENUM('merge', 'install', 'health_check');--> statement-breakpoint
CREATE TYPE "public"."operation_state" AS ENUM('pending', 'sent', 'confirmed', 'refused', 'unknown');--> statement-breakpoint
CREATE TYPE "public"."promotion_kind" AS ENUM('merge', 'deploy', 'rollback');--> statement-breakpoint
CREATE TYPE "public"."promotion_state" AS ENUM('gating', 'awaiting_approval', 'ready', 'executing', 'verifying', 'unknown', 'succeeded', 'failed', 'rolling_back', 'rolled_back', 'needs_human', 'rejected', 'cancelled', 'superseded', 'expired');--> statement-breakpoint
CREATE TYPE "public"."vote_decision" AS ENUM('approve', 'reject');--> statement-breakpoint
CREATE TYPE "public"."pull_request_state" AS ENUM('open', 'merged', 'closed');--> statement-breakpoint
CREATE TYPE "public"."migration_class" AS ENUM('none', 'expand', 'contract', 'irreversible');--> statement-breakpoint
CREATE TYPE "public"."work_item_state" AS ENUM('proposed', 'in_progress', 'resolved', 'completed', 'removed');--> statement-breakpoint
CREATE TYPE "public"."work_item_type" AS ENUM('story', 'bug', 'task');--> statement-breakpoint
CREATE TABLE "audit_events" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" uuid,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text NOT NULL,
	"subject_label" text NOT NULL,
	"product_id" uuid,
	"payload" text NOT NULL,
	"previous_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	"transaction_id" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_head" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"sequence" bigint DEFAULT 0 NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_head_single_row" CHECK ("audit_head"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "clients_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "components" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"product_id" uuid NOT NULL,
	"repository_id" uuid NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"scope" "component_scope" NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "components_key_unique" UNIQUE("key"),
	CONSTRAINT "components_scope" UNIQUE("id","scope")
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "products_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "repositories" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"product_id" uuid NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"default_branch" text DEFAULT 'master' NOT NULL,
	"directory" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "repositories_key_unique" UNIQUE("key"),
	CONSTRAINT "repositories_directory_unique" UNIQUE("directory"),
	CONSTRAINT "repositories_product" UNIQUE("id","product_id")
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"client_id" uuid NOT NULL,
	"component_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "subscriptions_client_id_component_id_pk" PRIMARY KEY("client_id","component_id")
);
--> statement-breakpoint
CREATE TABLE "deployment_checks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"deployment_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"is_healthy" boolean NOT NULL,
	"detail" text NOT NULL,
	"checked_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "deployment_checks_attempt" UNIQUE("deployment_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" integer GENERATED ALWAYS AS IDENTITY (sequence name "deployments_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slot_id" uuid NOT NULL,
	"promotion_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"release_id" uuid NOT NULL,
	"artifact_sha256" text NOT NULL,
	"state" "deployment_state" DEFAULT 'starting' NOT NULL,
	"fence" bigint NOT NULL,
	"previous_deployment_id" uuid,
	"outcome_text" text,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"verifying_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "deployments_number_unique" UNIQUE("number"),
	CONSTRAINT "deployments_attempt" UNIQUE("promotion_id","attempt"),
	CONSTRAINT "deployments_fence" UNIQUE("slot_id","fence")
);
--> statement-breakpoint
CREATE TABLE "environments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"is_production" boolean DEFAULT false NOT NULL,
	"is_per_client" boolean DEFAULT false NOT NULL,
	"policy_id" uuid,
	"slot_host_url" text,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "environments_key_unique" UNIQUE("key"),
	CONSTRAINT "environments_position_unique" UNIQUE("position"),
	CONSTRAINT "environments_per_client" UNIQUE("id","is_per_client")
);
--> statement-breakpoint
CREATE TABLE "slots" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"component_id" uuid NOT NULL,
	"component_scope" "component_scope" NOT NULL,
	"environment_id" uuid NOT NULL,
	"is_per_client" boolean NOT NULL,
	"client_id" uuid,
	"current_deployment_id" uuid,
	"schema_version" integer DEFAULT 0 NOT NULL,
	"fence" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "slots_client" CHECK (("slots"."client_id" is not null) = ("slots"."component_scope" = 'client' and "slots"."is_per_client"))
);
--> statement-breakpoint
CREATE TABLE "branches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"repository_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" "branch_kind" NOT NULL,
	"head_sha" text NOT NULL,
	"base_name" text,
	"base_sha" text,
	"ahead" integer,
	"behind" integer,
	"sprint_key" text,
	"work_item_key" text,
	"is_name_valid" boolean DEFAULT true NOT NULL,
	"last_commit_at" timestamp with time zone NOT NULL,
	"last_commit_subject" text NOT NULL,
	"last_commit_author_name" text NOT NULL,
	"last_pusher_id" uuid,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "commit_work_items" (
	"repository_id" uuid NOT NULL,
	"sha" text NOT NULL,
	"work_item_key" text NOT NULL,
	CONSTRAINT "commit_work_items_repository_id_sha_work_item_key_pk" PRIMARY KEY("repository_id","sha","work_item_key")
);
--> statement-breakpoint
CREATE TABLE "commits" (
	"repository_id" uuid NOT NULL,
	"sha" text NOT NULL,
	"tree_oid" text NOT NULL,
	"parents" text[] NOT NULL,
	"author_name" text NOT NULL,
	"author_email" text NOT NULL,
	"authored_at" timestamp with time zone NOT NULL,
	"committer_name" text NOT NULL,
	"committer_email" text NOT NULL,
	"committed_at" timestamp with time zone NOT NULL,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"co_authors" jsonb NOT NULL,
	CONSTRAINT "commits_repository_id_sha_pk" PRIMARY KEY("repository_id","sha")
);
--> statement-breakpoint
CREATE TABLE "pushes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"repository_id" uuid NOT NULL,
	"person_id" uuid,
	"push_key" text NOT NULL,
	"ref" text NOT NULL,
	"old_sha" text NOT NULL,
	"new_sha" text NOT NULL,
	"pushed_at" timestamp with time zone DEFAULT clearway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installations" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"organisation_name" text NOT NULL,
	"is_demonstration" boolean DEFAULT false NOT NULL,
	"demonstration_anchor_day" date,
	"demonstration_seed" text,
	"demonstration_prepared_at" timestamp with time zone,
	"is_runner_enabled" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "installations_single_row" CHECK ("installations"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "access_tokens" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"token_sha256" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "access_tokens_tokenSha256_unique" UNIQUE("token_sha256")
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"role" "role" NOT NULL,
	"scope_kind" "scope_kind" NOT NULL,
	"scope_id" uuid,
	"granted_by_id" uuid,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "grants_scope_id" CHECK (("grants"."scope_kind" = 'organisation') = ("grants"."scope_id" is null))
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" timestamp with time zone,
	"image" text,
	"title" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"session_token" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"expires" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "artifacts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_id" uuid NOT NULL,
	"job_id" uuid,
	"component_id" uuid,
	"component_key" text NOT NULL,
	"path" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "artifacts_component" UNIQUE("run_id","component_key","job_id")
);
--> statement-breakpoint
CREATE TABLE "job_log_chunks" (
	"job_id" uuid NOT NULL,
	"byte_offset" bigint NOT NULL,
	"content" text NOT NULL,
	CONSTRAINT "job_log_chunks_job_id_byte_offset_pk" PRIMARY KEY("job_id","byte_offset")
);
--> statement-breakpoint
CREATE TABLE "pipeline_jobs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_id" uuid NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"needs" text[] NOT NULL,
	"state" "job_state" DEFAULT 'waiting' NOT NULL,
	"exit_code" integer,
	"reason" text,
	"timeout_seconds" integer NOT NULL,
	"worker_id" uuid,
	"lease_until" timestamp with time zone,
	"log_bytes" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"queued_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "pipeline_jobs_attempt" UNIQUE("run_id","key","attempt")
);
--> statement-breakpoint
CREATE TABLE "pipeline_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" integer GENERATED ALWAYS AS IDENTITY (sequence name "pipeline_runs_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"repository_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"ref" text NOT NULL,
	"commit_sha" text NOT NULL,
	"tree_oid" text NOT NULL,
	"trigger" "run_trigger" NOT NULL,
	"state" "run_state" DEFAULT 'queued' NOT NULL,
	"definition" jsonb,
	"reason" text,
	"requested_by_id" uuid,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "pipeline_runs_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "branch_policies" (
	"branch_kind" "branch_kind" PRIMARY KEY NOT NULL,
	"policy_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"subject" "policy_subject" NOT NULL,
	"rules" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "policies_key_version" UNIQUE("key","version")
);
--> statement-breakpoint
CREATE TABLE "merge_candidates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"promotion_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"target_sha" text NOT NULL,
	"tree_oid" text,
	"commit_sha" text,
	"conflicts" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "merge_candidates_target" UNIQUE("promotion_id","revision","target_sha"),
	CONSTRAINT "merge_candidates_clean" CHECK (("merge_candidates"."commit_sha" is null) = (cardinality("merge_candidates"."conflicts") > 0))
);
--> statement-breakpoint
CREATE TABLE "operations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"promotion_id" uuid NOT NULL,
	"idempotency_key" text NOT NULL,
	"kind" "operation_kind" NOT NULL,
	"state" "operation_state" DEFAULT 'pending' NOT NULL,
	"expected" jsonb NOT NULL,
	"result" jsonb,
	"attempts" integer DEFAULT 0 NOT NULL,
	"worker_id" uuid,
	"lease_until" timestamp with time zone,
	"fence" bigint DEFAULT 0 NOT NULL,
	"is_settled" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "operations_idempotencyKey_unique" UNIQUE("idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "promotion_contributors" (
	"promotion_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"why" text NOT NULL,
	CONSTRAINT "promotion_contributors_promotion_id_person_id_why_pk" PRIMARY KEY("promotion_id","person_id","why")
);
--> statement-breakpoint
CREATE TABLE "promotion_gates" (
	"promotion_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"key" "gate_key" NOT NULL,
	"status" "gate_status" NOT NULL,
	"detail" text NOT NULL,
	"facts" jsonb NOT NULL,
	"evaluated_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "promotion_gates_promotion_id_revision_key_pk" PRIMARY KEY("promotion_id","revision","key")
);
--> statement-breakpoint
CREATE TABLE "promotion_revisions" (
	"promotion_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"source_sha" text NOT NULL,
	"bound_target_sha" text,
	"release_digest" text,
	"policy_id" uuid NOT NULL,
	"unknown_contributors" text[] NOT NULL,
	"reason" text NOT NULL,
	"subject_digest" text GENERATED ALWAYS AS (encode(digest(source_sha || '|' || coalesce(bound_target_sha, '') || '|' || coalesce(release_digest, '') || '|' || policy_id::text, 'sha256'), 'hex')) STORED NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "promotion_revisions_promotion_id_revision_pk" PRIMARY KEY("promotion_id","revision"),
	CONSTRAINT "promotion_revisions_subject" UNIQUE("promotion_id","revision","subject_digest")
);
--> statement-breakpoint
CREATE TABLE "promotions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" integer GENERATED ALWAYS AS IDENTITY (sequence name "promotions_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" "promotion_kind" NOT NULL,
	"title" text NOT NULL,
	"state" "promotion_state" DEFAULT 'gating' NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"product_id" uuid NOT NULL,
	"repository_id" uuid NOT NULL,
	"environment_id" uuid,
	"client_id" uuid,
	"pull_request_id" uuid,
	"source_branch" text,
	"target_branch" text,
	"slot_id" uuid,
	"release_id" uuid,
	"rolls_back_id" uuid,
	"requested_by_id" uuid,
	"reason" text,
	"outcome_code" text,
	"outcome_text" text,
	"superseded_by_id" uuid,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ready_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "promotions_number_unique" UNIQUE("number"),
	CONSTRAINT "promotions_merge" CHECK (("promotions"."kind" = 'merge') = ("promotions"."target_branch" is not null and "promotions"."source_branch" is not null and "promotions"."pull_request_id" is not null)),
	CONSTRAINT "promotions_deploy" CHECK (("promotions"."kind" <> 'merge') = ("promotions"."slot_id" is not null and "promotions"."release_id" is not null and "promotions"."environment_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "votes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"promotion_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"subject_digest" text NOT NULL,
	"person_id" uuid NOT NULL,
	"decision" "vote_decision" NOT NULL,
	"reason" text,
	"decided_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"voided_at" timestamp with time zone,
	"void_reason" text,
	CONSTRAINT "votes_reject_reason" CHECK ("votes"."decision" = 'approve' or coalesce(length(trim("votes"."reason")), 0) > 0)
);
--> statement-breakpoint
CREATE TABLE "pull_request_views" (
	"pull_request_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"head_sha" text NOT NULL,
	"seen_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "pull_request_views_pull_request_id_person_id_pk" PRIMARY KEY("pull_request_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "pull_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" integer GENERATED ALWAYS AS IDENTITY (sequence name "pull_requests_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"repository_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"source_branch" text NOT NULL,
	"target_branch" text NOT NULL,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"author_id" uuid NOT NULL,
	"state" "pull_request_state" DEFAULT 'open' NOT NULL,
	"head_sha" text NOT NULL,
	"base_sha" text NOT NULL,
	"merge_sha" text,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "pull_requests_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "release_artifacts" (
	"release_id" uuid NOT NULL,
	"component_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"health" jsonb NOT NULL,
	CONSTRAINT "release_artifacts_release_id_component_id_pk" PRIMARY KEY("release_id","component_id")
);
--> statement-breakpoint
CREATE TABLE "release_commits" (
	"release_id" uuid NOT NULL,
	"ref" text NOT NULL,
	"commit_sha" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "release_commits_release_id_ref_commit_sha_pk" PRIMARY KEY("release_id","ref","commit_sha")
);
--> statement-breakpoint
CREATE TABLE "releases" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"repository_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"version" text NOT NULL,
	"tree_oid" text NOT NULL,
	"source_sha" text NOT NULL,
	"run_id" uuid NOT NULL,
	"digest" text NOT NULL,
	"migration" "migration_class" NOT NULL,
	"schema_min" integer NOT NULL,
	"schema_max" integer NOT NULL,
	"schema_after" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"sealed_at" timestamp with time zone,
	"withdrawn_at" timestamp with time zone,
	"withdrawn_reason" text,
	"withdrawn_by_id" uuid,
	CONSTRAINT "releases_version" UNIQUE("repository_id","version"),
	CONSTRAINT "releases_tree" UNIQUE("repository_id","tree_oid"),
	CONSTRAINT "releases_schema" CHECK ("releases"."schema_min" <= "releases"."schema_after" and "releases"."schema_after" <= "releases"."schema_max"),
	CONSTRAINT "releases_withdrawn" CHECK (("releases"."withdrawn_at" is null) = ("releases"."withdrawn_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "work_items" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"product_id" uuid NOT NULL,
	"key" text NOT NULL,
	"type" "work_item_type" NOT NULL,
	"title" text NOT NULL,
	"state" "work_item_state" NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "work_items_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host_name" text NOT NULL,
	"queue_worker_ids" text[] NOT NULL,
	"started_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT clearway_now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_actor_id_people_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "components" ADD CONSTRAINT "components_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "components" ADD CONSTRAINT "components_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_component_id_components_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."components"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployment_checks" ADD CONSTRAINT "deployment_checks_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_slot_id_slots_id_fk" FOREIGN KEY ("slot_id") REFERENCES "public"."slots"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_release_id_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."releases"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_previous_deployment_id_deployments_id_fk" FOREIGN KEY ("previous_deployment_id") REFERENCES "public"."deployments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environments" ADD CONSTRAINT "environments_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slots" ADD CONSTRAINT "slots_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slots" ADD CONSTRAINT "slots_component_id_component_scope_components_id_scope_fk" FOREIGN KEY ("component_id","component_scope") REFERENCES "public"."components"("id","scope") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slots" ADD CONSTRAINT "slots_environment_id_is_per_client_environments_id_is_per_client_fk" FOREIGN KEY ("environment_id","is_per_client") REFERENCES "public"."environments"("id","is_per_client") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slots" ADD CONSTRAINT "slots_client_id_component_id_subscriptions_client_id_component_id_fk" FOREIGN KEY ("client_id","component_id") REFERENCES "public"."subscriptions"("client_id","component_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "branches" ADD CONSTRAINT "branches_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "branches" ADD CONSTRAINT "branches_last_pusher_id_people_id_fk" FOREIGN KEY ("last_pusher_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commit_work_items" ADD CONSTRAINT "commit_work_items_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commits" ADD CONSTRAINT "commits_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_tokens" ADD CONSTRAINT "access_tokens_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_granted_by_id_people_id_fk" FOREIGN KEY ("granted_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_people_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_run_id_pipeline_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."pipeline_runs"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_job_id_pipeline_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."pipeline_jobs"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_component_id_components_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."components"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_log_chunks" ADD CONSTRAINT "job_log_chunks_job_id_pipeline_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."pipeline_jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pipeline_jobs" ADD CONSTRAINT "pipeline_jobs_run_id_pipeline_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."pipeline_runs"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pipeline_runs" ADD CONSTRAINT "pipeline_runs_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pipeline_runs" ADD CONSTRAINT "pipeline_runs_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pipeline_runs" ADD CONSTRAINT "pipeline_runs_requested_by_id_people_id_fk" FOREIGN KEY ("requested_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "branch_policies" ADD CONSTRAINT "branch_policies_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merge_candidates" ADD CONSTRAINT "merge_candidates_promotion_id_revision_promotion_revisions_promotion_id_revision_fk" FOREIGN KEY ("promotion_id","revision") REFERENCES "public"."promotion_revisions"("promotion_id","revision") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_contributors" ADD CONSTRAINT "promotion_contributors_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_contributors" ADD CONSTRAINT "promotion_contributors_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_gates" ADD CONSTRAINT "promotion_gates_promotion_id_revision_promotion_revisions_promotion_id_revision_fk" FOREIGN KEY ("promotion_id","revision") REFERENCES "public"."promotion_revisions"("promotion_id","revision") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_revisions" ADD CONSTRAINT "promotion_revisions_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_revisions" ADD CONSTRAINT "promotion_revisions_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_pull_request_id_pull_requests_id_fk" FOREIGN KEY ("pull_request_id") REFERENCES "public"."pull_requests"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_slot_id_slots_id_fk" FOREIGN KEY ("slot_id") REFERENCES "public"."slots"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_release_id_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."releases"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_rolls_back_id_promotions_id_fk" FOREIGN KEY ("rolls_back_id") REFERENCES "public"."promotions"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_requested_by_id_people_id_fk" FOREIGN KEY ("requested_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_superseded_by_id_promotions_id_fk" FOREIGN KEY ("superseded_by_id") REFERENCES "public"."promotions"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_promotion_id_revision_subject_digest_promotion_revisions_promotion_id_revision_subject_digest_fk" FOREIGN KEY ("promotion_id","revision","subject_digest") REFERENCES "public"."promotion_revisions"("promotion_id","revision","subject_digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_request_views" ADD CONSTRAINT "pull_request_views_pull_request_id_pull_requests_id_fk" FOREIGN KEY ("pull_request_id") REFERENCES "public"."pull_requests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_request_views" ADD CONSTRAINT "pull_request_views_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_author_id_people_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_artifacts" ADD CONSTRAINT "release_artifacts_release_id_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."releases"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_artifacts" ADD CONSTRAINT "release_artifacts_component_id_components_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."components"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_commits" ADD CONSTRAINT "release_commits_release_id_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."releases"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_run_id_pipeline_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."pipeline_runs"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_withdrawn_by_id_people_id_fk" FOREIGN KEY ("withdrawn_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_items" ADD CONSTRAINT "work_items_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_subject_type_subject_id_sequence_index" ON "audit_events" USING btree ("subject_type","subject_id","sequence");--> statement-breakpoint
CREATE INDEX "audit_events_actor_id_sequence_index" ON "audit_events" USING btree ("actor_id","sequence");--> statement-breakpoint
CREATE INDEX "audit_events_action_sequence_index" ON "audit_events" USING btree ("action","sequence");--> statement-breakpoint
CREATE INDEX "audit_events_product_id_sequence_index" ON "audit_events" USING btree ("product_id","sequence");--> statement-breakpoint
CREATE INDEX "audit_events_transaction_id_index" ON "audit_events" USING btree ("transaction_id");--> statement-breakpoint
CREATE INDEX "components_product_id_index" ON "components" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "components_repository_id_index" ON "components" USING btree ("repository_id");--> statement-breakpoint
CREATE INDEX "repositories_product_id_index" ON "repositories" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "subscriptions_component_id_index" ON "subscriptions" USING btree ("component_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_one_active_per_slot" ON "deployments" USING btree ("slot_id") WHERE "deployments"."state" in ('starting', 'verifying', 'unknown');--> statement-breakpoint
CREATE INDEX "deployments_slot_id_created_at_index" ON "deployments" USING btree ("slot_id","created_at");--> statement-breakpoint
CREATE INDEX "deployments_release_id_state_index" ON "deployments" USING btree ("release_id","state");--> statement-breakpoint
CREATE INDEX "deployments_previous_deployment_id_index" ON "deployments" USING btree ("previous_deployment_id");--> statement-breakpoint
CREATE INDEX "environments_policy_id_index" ON "environments" USING btree ("policy_id");--> statement-breakpoint
CREATE UNIQUE INDEX "slots_unique" ON "slots" USING btree ("component_id","environment_id",coalesce("client_id", '00000000-0000-0000-0000-000000000000'::uuid));--> statement-breakpoint
CREATE INDEX "slots_environment_id_index" ON "slots" USING btree ("environment_id");--> statement-breakpoint
CREATE INDEX "slots_client_id_index" ON "slots" USING btree ("client_id");--> statement-breakpoint
CREATE UNIQUE INDEX "branches_live_name" ON "branches" USING btree ("repository_id","name") WHERE "branches"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "branches_last_pusher_id_index" ON "branches" USING btree ("last_pusher_id");--> statement-breakpoint
CREATE INDEX "branches_work_item_key_index" ON "branches" USING btree ("work_item_key");--> statement-breakpoint
CREATE INDEX "commit_work_items_work_item_key_index" ON "commit_work_items" USING btree ("work_item_key");--> statement-breakpoint
CREATE INDEX "commits_sha_index" ON "commits" USING btree ("sha" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "commits_committed_at_index" ON "commits" USING btree ("committed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "pushes_once" ON "pushes" USING btree ("repository_id","push_key","ref");--> statement-breakpoint
CREATE INDEX "pushes_person_id_index" ON "pushes" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "pushes_new_sha_index" ON "pushes" USING btree ("new_sha");--> statement-breakpoint
CREATE INDEX "access_tokens_person_id_index" ON "access_tokens" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "grants_person_id_index" ON "grants" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "grants_one_live" ON "grants" USING btree ("person_id","role","scope_kind","scope_id") WHERE "grants"."revoked_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "people_email_unique" ON "people" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "sessions_user_id_index" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "artifacts_job_id_index" ON "artifacts" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "artifacts_component_id_index" ON "artifacts" USING btree ("component_id");--> statement-breakpoint
CREATE INDEX "artifacts_sha256_index" ON "artifacts" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "pipeline_jobs_lease_until_index" ON "pipeline_jobs" USING btree ("lease_until");--> statement-breakpoint
CREATE UNIQUE INDEX "pipeline_runs_once_per_tree" ON "pipeline_runs" USING btree ("repository_id","tree_oid") WHERE "pipeline_runs"."state" in ('queued', 'running', 'passed');--> statement-breakpoint
CREATE INDEX "pipeline_runs_repository_id_commit_sha_index" ON "pipeline_runs" USING btree ("repository_id","commit_sha");--> statement-breakpoint
CREATE INDEX "pipeline_runs_product_id_created_at_index" ON "pipeline_runs" USING btree ("product_id","created_at");--> statement-breakpoint
CREATE INDEX "pipeline_runs_requested_by_id_index" ON "pipeline_runs" USING btree ("requested_by_id");--> statement-breakpoint
CREATE INDEX "branch_policies_policy_id_index" ON "branch_policies" USING btree ("policy_id");--> statement-breakpoint
CREATE INDEX "merge_candidates_tree_oid_index" ON "merge_candidates" USING btree ("tree_oid");--> statement-breakpoint
CREATE INDEX "operations_promotion_id_index" ON "operations" USING btree ("promotion_id");--> statement-breakpoint
CREATE INDEX "operations_open" ON "operations" USING btree ("lease_until") WHERE not "operations"."is_settled";--> statement-breakpoint
CREATE INDEX "promotion_contributors_person_id_index" ON "promotion_contributors" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "promotion_revisions_policy_id_index" ON "promotion_revisions" USING btree ("policy_id");--> statement-breakpoint
CREATE UNIQUE INDEX "promotions_one_open_per_pull_request" ON "promotions" USING btree ("pull_request_id") WHERE "promotions"."state" not in ('succeeded','failed','rolled_back','rejected','cancelled','superseded','expired');--> statement-breakpoint
CREATE INDEX "promotions_open" ON "promotions" USING btree ("state","created_at") WHERE "promotions"."state" not in ('succeeded','rolled_back','rejected','cancelled','superseded','expired');--> statement-breakpoint
CREATE INDEX "promotions_created_at_id_index" ON "promotions" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "promotions_product_id_created_at_index" ON "promotions" USING btree ("product_id","created_at");--> statement-breakpoint
CREATE INDEX "promotions_slot_id_created_at_index" ON "promotions" USING btree ("slot_id","created_at");--> statement-breakpoint
CREATE INDEX "promotions_release_id_index" ON "promotions" USING btree ("release_id");--> statement-breakpoint
CREATE INDEX "promotions_client_id_index" ON "promotions" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "promotions_environment_id_index" ON "promotions" USING btree ("environment_id");--> statement-breakpoint
CREATE INDEX "promotions_repository_id_target_branch_index" ON "promotions" USING btree ("repository_id","target_branch");--> statement-breakpoint
CREATE INDEX "promotions_pull_request_id_index" ON "promotions" USING btree ("pull_request_id");--> statement-breakpoint
CREATE INDEX "promotions_rolls_back_id_index" ON "promotions" USING btree ("rolls_back_id");--> statement-breakpoint
CREATE INDEX "promotions_requested_by_id_index" ON "promotions" USING btree ("requested_by_id");--> statement-breakpoint
CREATE INDEX "promotions_superseded_by_id_index" ON "promotions" USING btree ("superseded_by_id");--> statement-breakpoint
CREATE UNIQUE INDEX "votes_one_per_person" ON "votes" USING btree ("promotion_id","revision","person_id") WHERE "votes"."voided_at" is null;--> statement-breakpoint
CREATE INDEX "votes_person_id_index" ON "votes" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "pull_request_views_person_id_index" ON "pull_request_views" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "pull_requests_one_open" ON "pull_requests" USING btree ("repository_id","source_branch","target_branch") WHERE "pull_requests"."state" = 'open';--> statement-breakpoint
CREATE INDEX "pull_requests_product_id_index" ON "pull_requests" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "pull_requests_author_id_index" ON "pull_requests" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "release_artifacts_component_id_index" ON "release_artifacts" USING btree ("component_id");--> statement-breakpoint
CREATE INDEX "releases_product_id_created_at_index" ON "releases" USING btree ("product_id","created_at");--> statement-breakpoint
CREATE INDEX "releases_run_id_index" ON "releases" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "releases_withdrawn_by_id_index" ON "releases" USING btree ("withdrawn_by_id");--> statement-breakpoint
CREATE INDEX "work_items_product_id_index" ON "work_items" USING btree ("product_id");