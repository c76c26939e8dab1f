import '../messages/add-later.ts';
import { t } from '../messages/translate.ts';
import { useApp } from './context.ts';
import { Field } from './Field.tsx';

interface Props {
  value: string;
  error?: string | null | undefined;
  onChoose: (timeZone: string) => void;
}

/** The zone that all times of a site are shown in. */
export function TimeZoneField({ value, error, onChoose }: Props) {
  const { ports } = useApp();
  return (
    <Field label={t('setup.timeZone')} hint={t('setup.timeZoneHint')} error={error}>
      {(field) => (
        <select
          {...field}
          class="field"
          value={value}
          onChange={({ currentTarget }) => onChoose(currentTarget.value)}
        >
          {timeZones([ports.surroundings.timeZone, value]).map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** All zones the device knows; the ones in use may be under a name that the list leaves out. */
function timeZones(used: readonly string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), ...used])].sort();
}
