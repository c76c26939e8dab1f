import { signal } from '@preact/signals';
import type { Updates } from '../state/app-state.ts';

/** What the page tells a service worker that waits. `sw.ts` knows it too. */
const TAKE_OVER = 'take-over';
/** A page that stays open for a shift looks for a new version this often. */
const LOOK_MS = 30 * 60_000;

/**
 * Registers the service worker. A new version waits until the person asks for it, then takes over and the page
 * reloads; edits are in the store and survive that.
 */
export function appUpdates(): Updates {
  const waiting = signal(false);
  let registration: ServiceWorkerRegistration | null = null;
  let asked = false;
  const container = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
  if (container) {
    // The first worker of a device takes over too: there is nothing to reload for then.
    const controlled = container.controller !== null;
    container.addEventListener('controllerchange', () => {
      if (asked || controlled) location.reload();
    });
    void register(container).then((made) => {
      registration = made;
      if (made) watch(made);
    });
  }
  return {
    waiting,
    activate() {
      asked = true;
      registration?.waiting?.postMessage(TAKE_OVER);
    },
  };

  function watch(made: ServiceWorkerRegistration): void {
    const look = () => {
      waiting.value = made.waiting !== null && container?.controller != null;
    };
    look();
    made.addEventListener('updatefound', () => made.installing?.addEventListener('statechange', look));
    // Offline it does not find out; the next look will.
    setInterval(() => void made.update().catch(() => {}), LOOK_MS);
  }
}

async function register(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration | null> {
  try {
    return await container.register(scriptUrl('/sw.js'), { scope: '/', updateViaCache: 'none' });
  } catch {
    // Private windows and plain http have none: the app works as a page.
    return null;
  }
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => unknown };
}

/** The page's policy demands that the address of a script is vouched for. */
function scriptUrl(url: string): string {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  if (!policies) return url;
  const vouched = policies.createPolicy('yardboard', { createScriptURL: () => url }).createScriptURL(url);
  // The types of the platform's own API know plain addresses only.
  return vouched as string;
}
