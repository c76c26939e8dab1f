import { useEffect } from 'preact/hooks';

/**
 * Keeps the screen on for as long as this is shown, where the browser can. It lets go whenever the page is hidden, so it is
 * asked again each time that it is seen.
 */
export function useWakeLock(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return;
    let isOver = false;
    let lock: WakeLockSentinel | null = null;
    const ask = async () => {
      if (isOver || document.visibilityState !== 'visible' || lock?.released === false) return;
      // A battery that is nearly empty is a reason to say no.
      lock = await navigator.wakeLock.request('screen').catch(() => null);
      if (isOver) void lock?.release();
    };
    const seen = () => void ask();
    seen();
    document.addEventListener('visibilitychange', seen);
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', seen);
      void lock?.release();
    };
  }, []);
}
