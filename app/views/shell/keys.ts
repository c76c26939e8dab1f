import '../../messages/add-acts.ts';
import type { AppState } from '../../state/app-state.ts';
import { SCAN_GAP_MS } from '../../state/keypad.ts';
import type { SiteState } from '../../state/site-state.ts';
import { SEARCH_ID } from '../board/search-id.ts';

/** Single letters that act on the car in focus, or the one that is open. */
const ACTS = new Set(['a', 'l', 'e', 'm', 'n']);

/**
 * Keyboard and scanner, wherever the focus is: digits find a car, letters act on it, Escape closes. Returns how to
 * stop that.
 */
export function listenToKeys(app: AppState, site: SiteState): () => void {
  // A scanner's first letter looks like a shortcut: it is one only if nothing follows at once.
  let waiting: { key: string; timer: ReturnType<typeof setTimeout> } | null = null;

  const keyDown = (event: KeyboardEvent) => {
    // While somebody is asked who they are, keys are not for what lies beneath.
    if (event.defaultPrevented || event.isComposing || app.asking.peek()) return;
    const { key, timeStamp } = event;
    if (event.ctrlKey || event.metaKey) {
      if (key.toLowerCase() === 'z' && !event.shiftKey && !isTextField(event.target)) {
        event.preventDefault();
        void site.undo();
      }
      return;
    }
    if (key === 'Escape') return leave(event);
    if (event.altKey || isTextField(event.target) || !takesKeys()) return;
    if (key === '/' && app.preferences.shortcuts.value) {
      event.preventDefault();
      document.getElementById(SEARCH_ID)?.focus();
      return;
    }
    if (key === 'Enter') return enter(event);
    if (waiting) {
      const { key: first, timer } = waiting;
      clearTimeout(timer);
      waiting = null;
      site.keypad.key(first, timeStamp);
    } else if (
      ACTS.has(key) &&
      !site.keypad.isScanning(timeStamp) &&
      carInFocus() &&
      app.preferences.shortcuts.value
    ) {
      waiting = { key, timer: setTimeout(() => act(key), SCAN_GAP_MS) };
      return;
    }
    feed(event);
  };

  const feed = (event: KeyboardEvent) => {
    const { key, timeStamp } = event;
    // Nobody sees the buffer while something lies over it: only a scan may come through.
    if (isCovered()) site.keypad.clearUnlessScanning(timeStamp);
    if (site.keypad.key(key, timeStamp)) event.preventDefault();
  };

  const enter = (event: KeyboardEvent) => {
    const { timeStamp, target } = event;
    const scanning = site.keypad.isScanning(timeStamp);
    // A link or button in focus takes Enter for itself, unless it is the one the person typed on.
    if (!scanning && isPressable(target) && !isKey(target)) return;
    if (site.keypad.key('Enter', timeStamp) || scanning) event.preventDefault();
  };

  const leave = (event: KeyboardEvent) => {
    const route = app.router.route.peek();
    if (route.at !== 'site') return;
    if (route.overlay) {
      event.preventDefault();
      if (route.overlay.type === 'car' && route.overlay.part !== 'car') {
        app.router.open({ ...route.overlay, part: 'car' });
      } else app.router.close();
    } else site.keypad.clear();
  };

  const act = (key: string) => {
    waiting = null;
    const car = carInFocus();
    if (!car) return;
    if (key === 'm' || key === 'n')
      app.router.open({ type: 'car', car, part: key === 'm' ? 'move' : 'note' });
    else if (site.may('set')) {
      const field = key === 'a' ? 'arrived' : key === 'l' ? 'late' : 'empty';
      if (!site.view.value.cars.get(car)?.[field])
        void site.do({ type: 'set', car, fields: { [field]: true } });
    }
  };

  /** Only where cars are: on other screens a digit is a digit. */
  const takesKeys = () => {
    const route = app.router.route.peek();
    if (route.at !== 'site' || route.overlay?.type === 'sheet') return false;
    return route.screen === 'home' || route.screen === 'board';
  };
  const isCovered = () => {
    const route = app.router.route.peek();
    const phone = app.ports.surroundings.layout.peek() === 'phone';
    return phone && route.at === 'site' && (route.overlay !== null || route.screen === 'board');
  };
  const carInFocus = () => {
    const row = document.activeElement?.getAttribute('data-car');
    if (row) return row;
    const route = app.router.route.peek();
    return route.at === 'site' && route.overlay?.type === 'car' ? route.overlay.car : null;
  };

  window.addEventListener('keydown', keyDown);
  return () => window.removeEventListener('keydown', keyDown);
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input, textarea, select, [contenteditable]');
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('button, a, summary');
}

function isKey(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('.key, .row, .card');
}
