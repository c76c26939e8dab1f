import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** What takes longest, so that nothing of it is left for the end: much of it waits for what is due. */
const LONGEST = [
  'accessibility.browser',
  'crash.worker',
  'tabs.browser',
  'silence.worker',
  'browser.browser',
  'durability.worker',
  'documents.browser',
  'refused.worker',
  'fleet.browser',
  'outage.worker',
  'offline.browser',
  'idle.worker',
  'update.browser',
  'matrix.worker',
  'conflict.browser',
  'replay.worker',
];

/**
 * Within a group, files of the projects by turns, and the longest first: a browser and a workerd wait for different
 * things, and beside each other they fill the machine.
 */
export class ByTurns extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = (file: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => file.moduleId.includes(`/${name}.test.`));
      return at === -1 ? LONGEST.length : at;
    };
    const queues = new Map<string, TestSpecification[]>();
    for (const file of sorted.toSorted((a, b) => rank(a) - rank(b))) {
      const { name } = file.project;
      queues.set(name, [...(queues.get(name) ?? []), file]);
    }
    // The place of a file among those of its project, as a share of all of them.
    const place = new Map<TestSpecification, number>();
    for (const queue of queues.values()) {
      for (const [i, file] of queue.entries()) place.set(file, i / queue.length);
    }
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b) || (place.get(a) ?? 0) - (place.get(b) ?? 0));
  }
}

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}
