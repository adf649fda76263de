CREATE INDEX "promotions_title_parts" ON "promotions" USING gin ("title" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "pull_requests_parts" ON "pull_requests" USING gin ("title" gin_trgm_ops,"source_branch" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "work_items_parts" ON "work_items" USING gin ("key" gin_trgm_ops,"title" gin_trgm_ops);