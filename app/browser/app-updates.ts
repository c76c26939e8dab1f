import type { Signal } from '@preact/signals';
import type { Updates } from '../state/quiet-updates.ts';

/** What the page tells a service worker that waits. `sw.ts` knows it too. */
const TAKE_OVER = 'take-over';
const SERVICE_WORKER = '/sw.js';
/** A page that stays open for a shift looks for a new version this often. */
const LOOK_MS = 30 * 60_000;

/**
 * Registers the service worker, and sets `waiting` when there is a new version. It waits until `activate` is called,
 * then takes over and the page reloads; edits are in the store and survive that. Another tab that is open meanwhile is
 * not torn from its person's hands: it goes on as it is, and offers the same.
 */
export function followUpdates(waiting: Signal<boolean>): Pick<Updates, 'activate' | 'look'> {
  let registration: ServiceWorkerRegistration | null = null;
  let asked = false;
  if ('serviceWorker' in navigator) void follow(navigator.serviceWorker);
  // Offline it does not find out; the next look will.
  const look = (): void => void registration?.update().catch(() => {});
  return {
    look,
    activate: () => {
      asked = true;
      // Without one that waits it has taken over already, in another tab.
      if (registration?.waiting) registration.waiting.postMessage(TAKE_OVER);
      else location.reload();
    },
  };

  async function follow(container: ServiceWorkerContainer): Promise<void> {
    // The first worker of a device takes over too: then there is nothing new.
    const isFirst = container.controller === null;
    container.addEventListener('controllerchange', () => {
      if (asked) location.reload();
      else if (!isFirst) waiting.value = true;
    });
    const made = await register(container);
    registration = made;
    if (!made) return;
    const notice = () => {
      if (made.waiting && container.controller) waiting.value = true;
    };
    notice();
    made.addEventListener('updatefound', () => made.installing?.addEventListener('statechange', notice));
    setInterval(look, LOOK_MS);
  }
}

async function register(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration | null> {
  try {
    return await container.register(scriptUrl(SERVICE_WORKER), { scope: '/', updateViaCache: 'none' });
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

/**
 * The page's policy demands that the address of a script is vouched for. There is one policy that may do so, it is made
 * once, and it lets this one address through.
 */
function scriptUrl(url: string): string {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  if (!policies) return url;
  const vouched = policies
    .createPolicy('yardboard', {
      createScriptURL: (asked) => {
        if (asked !== SERVICE_WORKER) throw new TypeError('not a script of this app');
        return asked;
      },
    })
    .createScriptURL(url);
  // The types of the platform's own API know plain addresses only.
  return vouched as string;
}
