/** How much waits for a decision, on the corner of what leads there. Its words are on what it sits on, so it has no text. */
export function Badge({ count }: { count: number }) {
  return <span class="badge" aria-hidden="true" data-count={count > 99 ? '99+' : count} />;
}
