import type { Metadata } from "next";
import { requirePage } from "@/server/auth/require";
import PromotionsPage from "./promotions/page";

export const metadata: Metadata = { title: "Promotions" };

/** Home is the inbox itself, not a redirect: the address stays. */
export default async function HomePage(props: PageProps<"/">) {
  await requirePage("promotions.read");
  return <PromotionsPage {...props} />;
}
