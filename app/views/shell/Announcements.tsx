import { useSite } from '../context.ts';

/** What a screen reader is told: own actions at once, those of others gathered. Nothing else is live. */
export function Announcements() {
  const { announcer } = useSite();
  return (
    <div class="hidden">
      <p role="status">{announcer.own}</p>
      <p role="status">{announcer.remote}</p>
    </div>
  );
}
