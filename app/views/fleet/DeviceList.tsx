import type { FleetDevice } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';
import { deviceOrder } from '../../state/device-order.ts';
import { notesOf } from '../../state/device-words.ts';
import { useApp, useSite } from '../context.ts';
import { DeviceNotes } from './DeviceNotes.tsx';

interface DeviceListProps {
  devices: readonly FleetDevice[];
  /** The moment they are shown as of, in hub milliseconds. */
  at: number;
  label: string;
}

/** Devices that need a look first, then by name: a table where there is room, cards on a phone. */
export function DeviceList({ devices, at, label }: DeviceListProps) {
  const { ports } = useApp();
  const sorted = deviceOrder(devices, at);
  return ports.surroundings.layout.value === 'phone' ? (
    <ul class="device-cards" aria-label={label}>
      {sorted.map((device) => (
        <li key={device.device} class="device-card">
          <Who device={device} />
          <DeviceNotes notes={notesOf(device, at)} at={at} />
          <p class="small">
            {t('fleet.heard')} <Heard device={device} at={at} /> · {appOf(device)}
          </p>
        </li>
      ))}
    </ul>
  ) : (
    <table class="device-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t('fleet.person')}</th>
          <th scope="col">{t('fleet.state')}</th>
          <th scope="col">{t('fleet.heard')}</th>
          <th scope="col">{t('fleet.app')}</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((device) => (
          <tr key={device.device}>
            <th scope="row">
              <Who device={device} />
            </th>
            <td>
              <DeviceNotes notes={notesOf(device, at)} at={at} />
            </td>
            <td>
              <Heard device={device} at={at} />
            </td>
            <td>{appOf(device)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whose device it is. Two of one person are told apart by the name the hub gives each. */
function Who({ device: { person, device } }: { device: FleetDevice }) {
  return (
    <span class="device-who">
      <span class="device-person">{person?.name || t('person.unknown')}</span>
      <small>{device}</small>
    </span>
  );
}

function Heard({ device: { heardAt }, at }: { device: FleetDevice; at: number }) {
  const { time } = useSite();
  return (
    <time dateTime={new Date(heardAt).toISOString()} title={time.value.full(heardAt)}>
      {time.value.when(heardAt, at)}
    </time>
  );
}

function appOf({ app, protocol }: FleetDevice): string {
  if (app !== null) return app;
  return t(protocol < 2 ? 'fleet.olderApp' : 'fleet.noApp');
}
