import type { EnrolledDevice, EnrolledDevices } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';
import { type DeviceList, isOver } from '../../state/device-list.ts';
import { useSite } from '../context.ts';
import { EndDevice } from './EndDevice.tsx';
import { RenameDevice } from './RenameDevice.tsx';

interface DeviceCardProps {
  device: EnrolledDevice;
  /** The list it stands in. */
  devices: EnrolledDevices;
  list: DeviceList;
}

/** A device of the list, and the ways to rename and to end it. */
export function DeviceCard({ device, devices, list }: DeviceCardProps) {
  const { time } = useSite();
  const { id, name, kind, owner, madeBy, madeAt, agent, place, usedAt, endsAt } = device;
  const when = (at: number) => time.value.when(at, devices.at);
  const { value: act } = list.act;
  const known = [agent, place].filter(Boolean).join(' · ');
  return (
    <li class="device-card">
      <p class="device-who">
        <span class="device-person">{name}</span>
        <small>{owner ? t('enrolled.ownedBy', { name: owner.name }) : t(`enrolled.kind.${kind}`)}</small>
      </p>
      {known !== '' && <p class="small">{known}</p>}
      <p class="small">
        {t(madeBy.isHere ? 'enrolled.by' : 'enrolled.byGone', { name: madeBy.name, time: when(madeAt) })}
      </p>
      {isOver(device, devices) ? (
        <p class="bad">{t('enrolled.over', { time: when(endsAt) })}</p>
      ) : (
        <p>{t('enrolled.used', { time: when(usedAt) })}</p>
      )}
      {'device' in act && act.device === id ? (
        act.is === 'renaming' ? (
          <RenameDevice device={device} list={list} />
        ) : (
          <EndDevice device={device} act={act} list={list} />
        )
      ) : (
        <div class="choices">
          <button
            type="button"
            class="button"
            aria-label={t('enrolled.renameNamed', { name })}
            onClick={() => {
              list.act.value = { is: 'renaming', device: id };
            }}
          >
            {t('enrolled.rename')}
          </button>
          <button
            type="button"
            class="button"
            aria-label={t('enrolled.endNamed', { name })}
            onClick={() => {
              list.act.value = { is: 'asked', device: id };
            }}
          >
            {t('enrolled.end')}
          </button>
        </div>
      )}
    </li>
  );
}
