import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CarView } from '../../worker/protocol/car.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite, type TestSite } from '../support/site.ts';
import { postInPieces, problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;
let next = 1_000;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

async function newCar(fields: object = {}): Promise<CarView> {
  const response = await site.worker.request('POST', 'cars', { id: String(next++), ...fields });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json();
}

test('adding a car answers 201, where it is, and the car as it stands', async () => {
  const response = await site.worker.request('POST', 'cars', { id: ' ab-1 ', location: '300' });
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe(`/api/sites/${site.id}/cars/AB-1`);
  const car: CarView = await response.json();
  expect(car).toMatchObject({
    id: 'AB-1',
    location: '300',
    arrived: false,
    updatedBy: site.worker.id,
  });
  expect(response.headers.get('etag')).toBe(`"${car.version}"`);
  expect(await (await site.viewer.get('cars/ab-1')).json()).toEqual(car);
  const list = (await (await site.viewer.get('cars')).json()) as { cars: CarView[] };
  expect(list.cars).toContainEqual(car);
});

test('adding a car that is there is refused with the car that is', async () => {
  const car = await newCar({ location: '200' });
  const refused = await site.worker.request('POST', 'cars', { id: car.id });
  expect(await problemIn(refused)).toMatchObject({ status: 409, code: 'car-exists', car });
});

test('setting fields answers the car, with what follows from them', async () => {
  const car = await newCar();
  const response = await site.worker.request('PATCH', `cars/${car.id}`, { empty: true });
  const set: CarView = await response.json();
  expect(set).toMatchObject({ empty: true, arrived: true, version: car.version + 1 });
  expect(response.headers.get('etag')).toBe(`"${set.version}"`);
  const again = await site.worker.request('PATCH', `cars/${car.id}`, { empty: true });
  expect(await again.json()).toEqual(set);
});

describe('If-Match', () => {
  test('a change to a car as it was known is made', async () => {
    const car = await newCar();
    const headers = { 'If-Match': `"${car.version}"` };
    expect((await site.worker.request('PATCH', `cars/${car.id}`, { late: true }, headers)).status).toBe(200);
  });

  test.each(['PATCH', 'DELETE'])(
    '%s of a car that has changed since is refused with the car as it is',
    async (method) => {
      const car = await newCar();
      const now = await (await site.lead.request('PATCH', `cars/${car.id}`, { late: true })).json();
      const headers = { 'If-Match': `"${car.version}"` };
      const body = method === 'PATCH' ? { location: '100' } : undefined;
      const refused = await site.lead.request(method, `cars/${car.id}`, body, headers);
      expect(await problemIn(refused)).toMatchObject({ status: 409, code: 'car-changed', car: now });
      expect(await (await site.lead.get(`cars/${car.id}`)).json()).toEqual(now);
    },
  );

  test.each(['12', 'W/"1"', '"x"', '"-1"', '"1", "2"'])('%s is not a version', async (match) => {
    const car = await newCar();
    const refused = await site.worker.request(
      'PATCH',
      `cars/${car.id}`,
      { late: true },
      { 'If-Match': match },
    );
    expect(await problemIn(refused)).toMatchObject({ status: 400, field: 'If-Match' });
    expect(await (await site.lead.get(`cars/${car.id}`)).json()).toEqual(car);
  });
});

describe('removing', () => {
  test('a car is gone, and a second time it is not there', async () => {
    const car = await newCar();
    expect((await site.lead.request('DELETE', `cars/${car.id}`)).status).toBe(204);
    expect((await site.lead.get(`cars/${car.id}`)).status).toBe(404);
    const again = await site.lead.request('DELETE', `cars/${car.id}`);
    expect(await problemIn(again)).toMatchObject({ status: 404, code: 'unknown-car' });
  });

  test('a change to a removed car never brings it back', async () => {
    const car = await newCar();
    await site.lead.request('DELETE', `cars/${car.id}`);
    const refused = await site.worker.request('PATCH', `cars/${car.id}`, { arrived: true });
    expect(await problemIn(refused)).toMatchObject({ status: 409, code: 'car-removed', car: null });
    expect((await site.lead.get(`cars/${car.id}`)).status).toBe(404);
  });
});

test.each([
  'toString',
  '__proto__',
  'constructor',
  '..',
  '%2e%2e',
  '%00',
  '1/2',
  'x'.repeat(99),
  '0',
  '東京',
])('a car called %s is not there', async (id) => {
  const path = `cars/${encodeURIComponent(id)}`;
  expect((await site.lead.request('PATCH', path, { late: true })).status).toBe(404);
  expect((await site.lead.get(path)).status).toBe(404);
});

describe('a body that is not right changes nothing', () => {
  const version = async (): Promise<number> =>
    ((await (await site.lead.get('cars')).json()) as { version: number }).version;
  test.each<[string, number, unknown, string | undefined]>([
    ['nothing to set', 422, {}, undefined],
    ['a list', 422, [], undefined],
    ['null', 422, null, undefined],
    ['a number', 422, 7, undefined],
    ['a flag that is a word', 422, { late: 'true' }, 'late'],
    ['a flag that is a number', 422, { late: 1 }, 'late'],
    ['an unknown field', 422, { colour: 'brown' }, 'colour'],
    ['a stamp of the hub', 422, { arrivedAt: 5 }, 'arrivedAt'],
    ['a prototype', 422, JSON.parse('{"__proto__":{"late":true}}'), '__proto__'],
    ['a location of another site', 422, { location: 'Mars' }, 'location'],
    ['a location that is too long', 422, { location: 'x'.repeat(25) }, 'location'],
    ['an empty car that has not arrived', 422, { empty: true, arrived: false }, undefined],
    ['notes over their cap', 422, { notes: 'x'.repeat(2_001) }, 'notes'],
    ['notes that turn around', 422, { notes: 'a\u202eb' }, 'notes'],
    ['notes with a NUL', 422, { notes: 'a\0b' }, 'notes'],
    ['notes with half a character', 422, { notes: '\ud800' }, 'notes'],
  ])('%s', async (_, status, body, field) => {
    const car = await newCar();
    const before = await version();
    const problem = await problemIn(await site.lead.request('PATCH', `cars/${car.id}`, body));
    expect([problem.status, problem.field]).toEqual([status, field]);
    expect(await version()).toBe(before);
  });

  const raw = (
    body: BodyInit,
    type = 'application/json',
    more: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(`${hub.origin}/api/sites/${site.id}/cars`, {
      method: 'POST',
      headers: { Cookie: site.lead.cookie, Origin: hub.origin, 'Content-Type': type, ...more },
      body,
    });

  test.each<[string, BodyInit, string | undefined, number, string]>([
    ['empty', '', undefined, 400, 'bad-json'],
    ['cut short', '{"id":"1"', undefined, 400, 'bad-json'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), undefined, 400, 'bad-json'],
    ['NaN', '{"id":NaN}', undefined, 400, 'bad-json'],
    ['ten thousand deep', '['.repeat(10_000) + ']'.repeat(10_000), undefined, 422, 'invalid'],
    ['of another type', '{"id":"1"}', 'text/plain', 415, 'unsupported-media-type'],
    ['a form', 'id=1', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['over its cap', `{"id":"1","notes":"${'x'.repeat(70_000)}"}`, undefined, 413, 'too-large'],
  ])('%s', async (_, body, type, status, code) => {
    const before = await version();
    expect(await problemIn(await raw(body, type))).toMatchObject({ status, code });
    expect(await version()).toBe(before);
  });

  test('over its cap without saying how long it is', async () => {
    const headers = { Cookie: site.lead.cookie, Origin: hub.origin, 'Content-Type': 'application/json' };
    const url = `${hub.origin}/api/sites/${site.id}/cars`;
    expect(await postInPieces(url, headers, ' '.repeat(1_024), 65)).toBe(413);
    expect(await postInPieces(url, headers, ' '.repeat(1_024), 64)).toBe(400);
  });

  test('packed', async () => {
    const packed = await raw(Buffer.from('x'), 'application/json', { 'Content-Encoding': 'gzip' });
    expect((await problemIn(packed)).status).toBe(415);
  });
});

describe('an Idempotency-Key makes a request repeatable', () => {
  test('the same again gets the same answer and happens once', async () => {
    const headers = { 'Idempotency-Key': 'key-for-adding-1' };
    const add = () => site.worker.request('POST', 'cars', { id: '999001' }, headers);
    const first = await add();
    const again = await add();
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
  });

  test('a removal repeated is done, not missing', async () => {
    const car = await newCar();
    const headers = { 'Idempotency-Key': 'key-for-removing-1' };
    const remove = () => site.lead.request('DELETE', `cars/${car.id}`, undefined, headers);
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);
  });

  test.each(['short', 'x'.repeat(65), 'with spaces in it', 'käse-käse-käse'])('%s is none', async (key) => {
    const headers = { 'Idempotency-Key': Buffer.from(key).toString('latin1') };
    const refused = await site.worker.request('POST', 'cars', { id: '999002' }, headers);
    expect(await problemIn(refused)).toMatchObject({ status: 400, field: 'Idempotency-Key' });
  });
});
