import { expect, test } from 'vitest';
import type { Holding } from '../../worker/protocol/messages.ts';
import { type EngineHub, makeHub } from '../support/engine-hub.ts';

const HOUR = 3_600_000;
const ANNS: Holding[] = [{ person: 'ann', edits: 2 }];
const BOTH: Holding[] = [...ANNS, { person: 'bob', edits: 1 }];

const shared = (hub: EngineHub) => {
  const tablet = hub.device('wes', 'tablet-0001');
  hub.settle();
  tablet.socket.take();
  return tablet;
};
const notices = (tablet: ReturnType<typeof shared>) =>
  tablet.socket.take().filter(({ type }) => type === 'notice');

test('E4 a device that holds edits of others is told which of them belong to the site no more', () => {
  const hub = makeHub();
  const tablet = shared(hub);
  tablet.hello({ holds: [{ person: 'wes', edits: 4 }, ...BOTH] });
  expect(hub.membersAsked).toEqual([['ann', 'bob']]);
  expect(notices(tablet)).toEqual([]);
  hub.answerMembers(['bob']);
  expect(notices(tablet)).toEqual([{ type: 'notice', notice: 'removed', people: ['ann'] }]);
});

test('E4 nobody is asked about who uses the device, and nobody told where all belong', () => {
  const hub = makeHub();
  const tablet = shared(hub);
  tablet.hello({ holds: [{ person: 'wes', edits: 4 }] });
  expect(hub.membersAsked).toEqual([]);
  tablet.socket.send({ type: 'seen', version: 0, seq: 0, holds: BOTH });
  expect(hub.membersAsked).toEqual([['ann', 'bob']]);
  hub.answerMembers(['ann', 'bob']);
  expect(notices(tablet)).toEqual([]);
});

test('E4 a person is asked about once an hour; whoever comes meanwhile is told what is known', () => {
  const hub = makeHub();
  shared(hub).hello({ holds: ANNS });
  hub.answerMembers([]);
  const other = hub.device('lea', 'tablet-0002');
  other.hello({ holds: BOTH });
  expect(hub.membersAsked).toEqual([['bob']]);
  expect(notices(other)).toMatchObject([{ people: ['ann'] }]);
  hub.answerMembers(['bob']);
  hub.tick(HOUR - 1);
  other.hello({ holds: BOTH });
  expect(hub.membersAsked).toEqual([]);
  hub.tick(1);
  other.hello({ holds: BOTH });
  expect(hub.membersAsked).toEqual([['ann', 'bob']]);
});

test('E4 where the directory does not answer nothing happens, and the next hello asks again', () => {
  const hub = makeHub();
  const tablet = shared(hub);
  tablet.hello({ holds: ANNS });
  hub.answerMembers(null);
  expect(notices(tablet)).toEqual([]);
  tablet.hello({ holds: ANNS });
  hub.answerMembers([]);
  expect(notices(tablet)).toMatchObject([{ people: ['ann'] }]);
});

test('E4 a device without a socket is told with its next exchange, and one of protocol 1 is not', () => {
  const hub = makeHub();
  const place = { epoch: hub.state.epoch, version: 0, edits: [] };
  const exchange = (holds: Holding[] | undefined) => {
    const answer = hub.sync('wes', { ...place, device: 'tablet-0001', ...(holds && { holds }) });
    return answer.ok ? answer.value.removed : answer;
  };
  expect(exchange(BOTH)).toBeUndefined();
  expect(hub.membersAsked).toEqual([['ann', 'bob']]);
  hub.answerMembers(['bob']);
  expect(exchange(BOTH)).toEqual(['ann']);
  expect(hub.membersAsked).toEqual([]);
  expect(exchange(undefined)).toBeUndefined();
  expect(exchange([])).toBeUndefined();
});

test('E4 only who still holds such edits is told, and none that speaks protocol 1', () => {
  const hub = makeHub();
  const [tablet, handed, old] = [
    shared(hub),
    hub.device('lea', 'tablet-0002'),
    hub.device('wes', 'old-0001'),
  ];
  tablet.hello({ holds: ANNS });
  handed.hello({ holds: ANNS });
  old.hello({ protocol: 1, holds: ANNS });
  handed.socket.send({ type: 'seen', version: 0, seq: 0, holds: [] });
  hub.answerMembers([]);
  expect([tablet, handed, old].map((device) => notices(device).length)).toEqual([1, 0, 0]);
});

test('H1 a hub that has slept asks again, and no timer is kept for it', () => {
  const hub = makeHub();
  const tablet = shared(hub);
  tablet.hello({ holds: ANNS });
  hub.answerMembers([]);
  hub.settle();
  hub.restart({ sockets: 'kept' });
  expect(hub.timers).toEqual([]);
  tablet.socket.send({ type: 'seen', version: 0, seq: 0, holds: ANNS });
  expect(hub.membersAsked).toEqual([['ann']]);
});
