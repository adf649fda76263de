import { peopleInput, readPeopleSearch } from "@/components/people/people-search";
import { fileRoute } from "@/server/http/file-route";
import { exportPeople } from "@/server/people/list";

/** The people of a filter as a file: the same rows as on the page, by the same scope. */
export const GET = fileRoute("people.read", async (ctx, { search }) => {
  const { page: _, ...filter } = peopleInput(readPeopleSearch(search));
  return { name: "clearway-people.csv", type: "text/csv", content: await exportPeople(ctx, filter) };
});
