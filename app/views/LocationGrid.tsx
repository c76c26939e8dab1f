import { t } from '../messages/translate.ts';
import { useSite } from './context.ts';

interface LocationGridProps {
  /** Where the car is. */
  here: string | undefined;
  onPick: (location: string) => void;
}

/** A button for each location of the site. */
export function LocationGrid({ here, onPick }: LocationGridProps) {
  const site = useSite();
  return (
    <div class="move-grid">
      {site.locations.value.map((location) => (
        <button
          key={location}
          type="button"
          class="action"
          aria-pressed={location === here}
          onClick={() => onPick(location)}
        >
          <span>{location}</span>
          {location === here && <small>{t('move.here')}</small>}
        </button>
      ))}
    </div>
  );
}
