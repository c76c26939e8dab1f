import { useEffect, useRef, useState } from 'preact/hooks';

/** A finger that comes down again by mistake does so within this time. */
const GUARD_MS = 400;

/**
 * True for a moment after something has gone, whoever decided on it: the next item has come under the same finger, and
 * a press so soon is not meant for it. Keys and screen readers are not held up.
 */
export function useGuard(count: number): boolean {
  const [isGuarded, setGuarded] = useState(false);
  const before = useRef(count);
  useEffect(() => {
    const isFewer = count < before.current;
    before.current = count;
    if (!isFewer) return;
    setGuarded(true);
    const timer = setTimeout(() => setGuarded(false), GUARD_MS);
    return () => {
      clearTimeout(timer);
      setGuarded(false);
    };
  }, [count]);
  return isGuarded;
}
