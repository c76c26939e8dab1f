import type { CarState } from '../../worker/protocol/car.ts';

/**
 * A circle is on its way, a triangle is late, a full box is here, an open box with a tick is here and empty:
 * shapes that differ without their colours.
 */
export function StateIcon({ state }: { state: CarState | 'removed' }) {
  return (
    <svg class="state-icon" data-state={state} viewBox="0 0 24 24" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}

const SHAPES = {
  expected: <circle class="line" cx="12" cy="12" r="8.5" stroke-dasharray="4.45 4.45" />,
  late: (
    <>
      <path class="full" d="M12 2.5l10.5 18.5h-21z" />
      <path class="cut" d="M12 9v5.5M12 17.5v.01" />
    </>
  ),
  arrived: (
    <>
      <path
        class="full"
        d="M5.5 3h13A2.5 2.5 0 0 1 21 5.5v13a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 3 18.5v-13A2.5 2.5 0 0 1 5.5 3z"
      />
      <path class="cut" d="M12 4v5.5M3.5 9.5h17" />
    </>
  ),
  empty: (
    <>
      <path class="line" d="M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z" />
      <path class="line" d="M8 12.3l2.9 2.9L16.2 9.5" />
    </>
  ),
  removed: <path class="line" d="M5 5l14 14M19 5L5 19" />,
} as const;
