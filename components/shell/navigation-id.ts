/** The sidebar's element: opened as a sheet by its id, closed when a link in it was followed. */
export const NAVIGATION_ID = "navigation";
