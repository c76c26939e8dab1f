import { beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../app/state/api.ts';
import { DeviceList, isOver } from '../../app/state/device-list.ts';
import { devicesApi } from '../../app/state/devices-api.ts';
import type { EnrolledDevice } from '../../worker/protocol/api.ts';
import { NIGHT_MS } from '../support/fake-site-client.ts';

const DOCK: EnrolledDevice = {
  id: 'd1',
  name: 'Dock 3',
  kind: 'device',
  owner: null,
  madeBy: { id: 'p1', name: 'Lee', isHere: true },
  madeAt: NIGHT_MS,
  agent: null,
  place: null,
  usedAt: NIGHT_MS,
  endsAt: NIGHT_MS + 1_000,
};
const BODY = { code: '417293', name: 'Dock 3' };
const PATH = '/api/sites/north%20yard/devices';

let asked: string[];
/** What the hub answers, by method. */
let answers: Record<string, unknown>;
let refusals: Record<string, Reply<never>>;
let list: DeviceList;

beforeEach(() => {
  asked = [];
  answers = {
    GET: { at: NIGHT_MS, devices: [DOCK] },
    POST: DOCK,
    PATCH: { ...DOCK, name: 'Dock 4' },
    DELETE: null,
  };
  refusals = {};
  const api = devicesApi({
    ask: async (path, { method = 'GET', body }, isRight) => {
      asked.push([method, path, body].filter(Boolean).join(' '));
      const answer = answers[method];
      const offline: Reply<never> = { ok: false, code: 'offline' };
      return refusals[method] ?? (isRight(answer) ? { ok: true, value: answer } : offline);
    },
  });
  list = new DeviceList(api, 'north yard');
});

describe('the devices of a site', () => {
  test('are asked for, and stay where there is no newer list', async () => {
    await list.load();
    refusals.GET = { ok: false, code: 'offline' };
    await list.load();
    expect(asked).toEqual(Array(2).fill(`GET ${PATH}`));
    expect(list.shown.value).toEqual({ devices: answers.GET, problem: 'offline' });
  });

  test('have ended by themselves by the server’s clock, not by the device’s', () => {
    const at = (now: number) => isOver(DOCK, { at: now, devices: [] });
    expect([at(DOCK.endsAt - 1), at(DOCK.endsAt)]).toEqual([false, true]);
  });
});

describe('enrolling', () => {
  test('says what it is that belongs to the site now, and asks for the list', async () => {
    expect(await list.enrol(BODY)).toBeNull();
    expect(asked).toEqual([`POST ${PATH} ${JSON.stringify(BODY)}`, `GET ${PATH}`]);
    expect(list.act.value).toEqual({ is: 'enrolled', made: DOCK });
  });

  test('is refused with the field at fault', async () => {
    refusals.POST = { ok: false, code: 'unknown-code', field: 'code' };
    expect(await list.enrol(BODY)).toMatchObject({ code: 'unknown-code', field: 'code' });
    expect(list.act.value).toEqual({ is: 'none' });
  });
});

describe('renaming', () => {
  test('says the new name, and a refusal leaves the form', async () => {
    list.act.value = { is: 'renaming', device: 'd1' };
    refusals.PATCH = { ok: false, code: 'invalid', field: 'name' };
    expect(await list.rename(DOCK, 'Dock 4')).toMatchObject({ field: 'name' });
    expect(list.act.value).toEqual({ is: 'renaming', device: 'd1' });
    refusals = {};
    expect(await list.rename(DOCK, 'Dock 4')).toBeNull();
    expect(list.act.value).toEqual({ is: 'renamed', name: 'Dock 4' });
  });
});

describe('ending', () => {
  test('is done once the hub says so, or where it has been forgotten already', async () => {
    await list.end(DOCK);
    expect(asked).toEqual([`DELETE ${PATH}/d1`, `GET ${PATH}`]);
    expect(list.act.value).toEqual({ is: 'ended', name: 'Dock 3' });
    refusals.DELETE = { ok: false, code: 'not-found' };
    await list.end(DOCK);
    expect(list.act.value).toEqual({ is: 'ended', name: 'Dock 3' });
  });

  test('is not where a hub has not heard', async () => {
    refusals.DELETE = { ok: false, code: 'unavailable' };
    await list.end(DOCK);
    expect(list.act.value).toEqual({ is: 'failed', device: 'd1', problem: 'unavailable' });
  });
});
