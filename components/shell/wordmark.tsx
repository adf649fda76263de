/** Two lanes that pass a gate. */
export function Wordmark() {
  return (
    <span className="flex items-center gap-2">
      <svg viewBox="0 0 20 20" aria-hidden="true" className="size-5 shrink-0" fill="none">
        <rect width="20" height="20" rx="5" className="fill-ink" />
        <path
          d="M5.5 7h5.75L14.5 10l-3.25 3H5.5"
          className="stroke-ground"
          strokeWidth="1.75"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <path d="M5.5 10h4.25" className="stroke-ground" strokeWidth="1.75" strokeLinecap="round" />
      </svg>
      <span className="font-medium text-base collapsed:md:hidden">Clearway</span>
    </span>
  );
}
