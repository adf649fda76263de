/** Path and query of the request, for pages: Next does not tell them. Written by the front, whatever a client sent. */
export const REQUEST_PATH_HEADER = "x-clearway-path";
