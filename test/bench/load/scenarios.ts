import { clientQueue } from './client-queue.ts';
import { join, resume } from './join.ts';
import { oneByOne, queue } from './queue.ts';
import { reconnect } from './reconnect.ts';
import { recover } from './recover.ts';
import { stalled } from './stalled.ts';
import { tap } from './tap.ts';
import { throughput } from './throughput.ts';

/** Everything the load generator can be asked to do, on each of the targets it is given. */
export const SCENARIOS = {
  tap,
  join,
  resume,
  queue,
  clientQueue,
  throughput,
  reconnect,
  recover,
  stalled,
  oneByOne,
};
export type Scenario = keyof typeof SCENARIOS;
