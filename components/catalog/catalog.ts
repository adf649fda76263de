import type { Outputs } from "@/components/trpc/outputs";

export type Catalog = Outputs["products"]["catalog"];
export type Product = Catalog["products"][number];
export type ProductDetails = Outputs["products"]["get"];
export type Repository = Product["repositories"][number];
export type Component = Repository["components"][number];
