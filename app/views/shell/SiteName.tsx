import { useApp, useSite } from '../context.ts';

/** The site that is open, and for who has several the way to the others. */
export function SiteName() {
  const { router, session } = useApp();
  const { value } = session.state;
  const name = <span class="site-name">{useSite().name}</span>;
  if (value.state !== 'signed-in' || value.me.sites.length < 2 || value.me.device?.shared) return name;
  return (
    <button
      type="button"
      class="button"
      data-quiet
      onClick={() => router.open({ type: 'sheet', sheet: 'sites', car: null })}
    >
      {name}
    </button>
  );
}
