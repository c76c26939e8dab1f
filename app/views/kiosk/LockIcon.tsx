/** A padlock, as the icons are drawn. It is not among them: only an enrolled device shows it. */
export function LockIcon() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2" />
    </svg>
  );
}
