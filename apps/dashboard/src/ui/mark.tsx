/** The mark of Heddle: a thread through the eye of a heddle, between two others. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" />
      <path d="M9 6v20M23 6v20M16 6v5.5M16 20.5V26" />
      <ellipse cx="16" cy="16" rx="2.7" ry="4.5" />
    </svg>
  );
}
