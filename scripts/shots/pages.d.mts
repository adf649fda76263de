import type { Page } from "@playwright/test";

export type ShotPage = {
  name: string;
  as?: string;
  path?: string;
  open?: (page: Page, goTo: (address: string) => Promise<unknown>) => Promise<unknown>;
};
export const PAGES: readonly ShotPage[];
