import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemIn } from '../routes/http.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite } from '../support/site.ts';
import { type ArchivedOnD1, archiveOnD1, tamperD1Runs, verdictOf } from './tamper-d1-runs.ts';

let hub: Hub;
let written: ArchivedOnD1;

beforeAll(async () => {
  hub = await startHub();
  written = await archiveOnD1(hub);
}, 60_000);
afterAll(() => hub.stop());

test('A1 R14 on a real hub and D1 whatever was altered is found out, and what was not is not', async () => {
  const report = await tamperD1Runs(written, 60);
  expect(report.undetected).toEqual([]);
  expect(report.runs).toBe(60);
}, 120_000);

describe('A1 the archive of a hub', () => {
  test('is as it was written, texts of every kind among it, and is verified by leads', async () => {
    const all = await verdictOf(written.site.lead);
    expect(all).toMatchObject({
      ok: true,
      from: 1,
      to: written.version,
      checked: written.version,
      next: null,
    });
    expect(all).toHaveProperty('at', expect.any(Number));
  });

  test('is verified as of what it has, while the hub is ahead of it', async () => {
    const site = await makeSite(hub);
    await site.lead.request('POST', 'cars', { id: '100' });
    expect(await verdictOf(site.lead)).toMatchObject({ ok: true, checked: 0, next: null });
  });

  test('I1 is not another site’s to look at', async () => {
    const other = await makeSite(hub);
    const response = await fetch(`${hub.origin}/api/sites/${written.site.id}/history/verify`, {
      headers: { Cookie: other.lead.cookie },
    });
    expect(response.status).toBe(404);
    expect((await written.site.worker.get('history/verify')).status).toBe(403);
  });

  test('cannot be verified while D1 is down, which is not a verdict', async () => {
    const heal = takeD1Down(hub.stateDir);
    try {
      expect(await problemIn(await written.site.lead.get('history/verify'))).toMatchObject({ status: 503 });
    } finally {
      heal();
    }
  });

  test.each([
    ['before', '?before=1&expect=0123456789012345678901234567890123456789abc'],
    ['expect', '?before=5&expect=short'],
    ['expect', '?before=5'],
    ['before', '?expect=0123456789012345678901234567890123456789abc'],
    ['limit', '?limit=5'],
  ])('is not asked for with a wrong %s: %s', async (field, query) => {
    const response = await written.site.lead.get(`history/verify${query}`);
    expect(await problemIn(response)).toMatchObject({ status: 422, code: 'invalid', field });
  });
});
