import type { Page } from 'playwright-core';
import type { EditRecord } from '../../app/sync/store.ts';

/** The edits a page's device has stored of a site, in the order they were made. */
export function storedEdits(page: Page, site: string): Promise<EditRecord[]> {
  return page.evaluate(async (name) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open(name));
    const objects = database.transaction('records').objectStore('records');
    const range = IDBKeyRange.bound('edit:', 'edit:\uffff');
    const records = await done<EditRecord[]>(objects.getAll(range));
    database.close();
    return records;
  }, `yardboard-${site}`);
}
