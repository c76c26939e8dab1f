import { beforeEach, describe, expect, test } from 'vitest';
import { Router } from '../../app/state/router.ts';
import { FakeAddressBar } from '../support/fake-address-bar.ts';

let bar: FakeAddressBar;
let router: Router;
const car = (id: string, part: 'car' | 'move' = 'car') => ({ type: 'car', car: id, part }) as const;

beforeEach(() => {
  bar = new FakeAddressBar('/s/north/board?show=late');
  router = new Router(bar);
});

describe('what lies over a screen', () => {
  test('has an address of its own, and keeps that of the screen', () => {
    router.open(car('128414'));
    expect(bar.path).toBe('/s/north/board?show=late&car=128414');
  });

  test('is closed by going back', () => {
    router.open(car('128414'));
    bar.back();
    bar.settle();
    expect(router.route.value).toMatchObject({ screen: 'board', overlay: null });
  });

  test('is one step, however many cars and parts were opened one from the other', () => {
    router.open(car('128414'));
    router.open(car('128414', 'move'));
    router.open(car('128415'));
    router.close();
    bar.settle();
    expect(bar.path).toBe('/s/north/board?show=late');
    expect(bar.entries).toHaveLength(2);
  });

  test('closed twice in a row goes back once', () => {
    router.open(car('128414'));
    router.close();
    router.close();
    bar.settle();
    expect(bar.path).toBe('/s/north/board?show=late');
  });

  test('that was opened by its address is closed without leaving the app', () => {
    bar = new FakeAddressBar('/s/north?car=128414');
    router = new Router(bar);
    router.close();
    bar.settle();
    expect(bar.path).toBe('/s/north');
  });
});

describe('screens', () => {
  test('are steps to go back to', () => {
    router.screen('history');
    expect(bar.path).toBe('/s/north/history');
    bar.back();
    bar.settle();
    expect(router.route.value).toMatchObject({ screen: 'board' });
  });

  test('keep what they show in the address without a step', () => {
    router.setQuery(new URLSearchParams('show=empty'));
    expect(bar.path).toBe('/s/north/board?show=empty');
    expect(bar.entries).toHaveLength(1);
  });

  test('a filter changed while a car is open leaves the way back', () => {
    router.open(car('128414'));
    router.setQuery(new URLSearchParams('show=empty'));
    router.close();
    bar.settle();
    expect(router.route.value).toMatchObject({ overlay: null });
    expect(bar.entries).toHaveLength(2);
  });
});

test('a setup token leaves the address bar at once', () => {
  bar = new FakeAddressBar('/#token=s3cret');
  router = new Router(bar);
  expect(bar.path).toBe('/setup');
  expect(router.route.value).toEqual({ at: 'setup', token: 's3cret' });
});
