import type { EnrolledDevice } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';

/** A device has just been enrolled: what it is, in case it is another than was meant. */
export function Enrolled({ device: { name, agent, place } }: { device: EnrolledDevice }) {
  const device = [agent ?? t('enrol.unknown'), place].filter(Boolean).join(', ');
  return (
    <div class="device-card" role="status">
      <p>{t('enrol.done', { name })}</p>
      <p class="small">{t('enrol.known', { device })}</p>
    </div>
  );
}
