/** Says that a list could not be read, and offers to try again. */
export function Trouble({ what, error, onRetry }: { what: string; error: Error; onRetry(): void }) {
  return (
    <p className="trouble" role="alert">
      {what} could not be read: {error.message}{' '}
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </p>
  );
}
