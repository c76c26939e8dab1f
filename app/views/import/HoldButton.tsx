import { useEffect, useId, useRef, useState } from 'preact/hooks';

/** Long enough not to happen by chance, short enough not to annoy. */
const HOLD_MS = 800;

interface HoldButtonProps {
  busy: boolean;
  hint: string;
  /** It is not what one would do next. */
  quiet?: boolean;
  onHeld: () => void;
  children: string;
}

/** Confirms by being held; Enter, Space and a screen reader's press do it at once. */
export function HoldButton({ busy, hint, quiet = false, onHeld, children }: HoldButtonProps) {
  const id = useId();
  const [holding, setHolding] = useState(false);
  // A new drawing brings a new function; it must not start the hold anew.
  const held = useRef(onHeld);
  held.current = onHeld;
  useEffect(() => {
    if (!holding) return;
    const timer = setTimeout(() => {
      setHolding(false);
      held.current();
    }, HOLD_MS);
    return () => clearTimeout(timer);
  }, [holding]);
  const letGo = () => setHolding(false);
  return (
    <>
      <button
        type="button"
        class="action hold"
        data-next={!quiet}
        data-holding={holding}
        disabled={busy}
        aria-describedby={id}
        onPointerDown={() => setHolding(true)}
        onPointerUp={letGo}
        onPointerLeave={letGo}
        onPointerCancel={letGo}
        // A press without a pointer has no detail.
        onClick={(event) => event.detail === 0 && onHeld()}
      >
        <span>{children}</span>
      </button>
      <p id={id} class="small">
        {hint}
      </p>
    </>
  );
}
