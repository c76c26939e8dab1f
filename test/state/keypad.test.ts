import { computed, signal } from '@preact/signals';
import { beforeEach, describe, expect, test } from 'vitest';
import { Keypad, SCAN_GAP_MS, SETTLE_MS } from '../../app/state/keypad.ts';
import { fakeCar } from '../support/fake-site-client.ts';
import { HandClock } from '../support/hand-clock.ts';

let opened: string[];
let clock: HandClock;
let keypad: Keypad;

beforeEach(() => {
  opened = [];
  clock = new HandClock(1_000);
  const cars = signal([fakeCar('128414'), fakeCar('128415'), fakeCar('414900'), fakeCar('P15360')]);
  keypad = new Keypad(
    computed(() => cars.value),
    clock,
    (car) => opened.push(car.id),
  );
});

/** Keys of a keyboard, one after the other. */
function type(keys: string | string[], gapMs: number): void {
  for (const key of keys) {
    clock.turn(gapMs);
    keypad.key(key, clock.now());
  }
}

describe('keys on the screen', () => {
  test('the third digit opens the one car that ends so, at once', () => {
    for (const digit of '415') keypad.tap(digit);
    expect(opened).toEqual(['128415']);
  });

  test('an opened car leaves the keypad empty for the next', () => {
    for (const digit of '415') keypad.tap(digit);
    expect(keypad.text.value).toBe('');
  });

  test('delete takes the last character', () => {
    for (const digit of '41') keypad.tap(digit);
    keypad.back();
    expect(keypad.text.value).toBe('4');
  });
});

describe('a keyboard', () => {
  test('feeds the same buffer, and opens once the hand has paused', () => {
    type('415', 200);
    expect(opened).toEqual([]);
    clock.turn(SETTLE_MS);
    expect(opened).toEqual(['128415']);
  });

  test('small letters are those of the number', () => {
    type('p15', 200);
    expect(keypad.text.value).toBe('P15');
  });

  test('Enter opens what is meant though two digits would not open by themselves', () => {
    type(['1', '5', 'Enter'], 200);
    expect(opened).toEqual(['128415']);
  });

  test('Enter on a choice opens nothing', () => {
    type(['4', '1', 'Enter'], 200);
    expect(opened).toEqual([]);
    expect(keypad.text.value).toBe('41');
  });

  test('keys that are in no car number are left to others', () => {
    expect(keypad.key('/', 0)).toBe(false);
    expect(keypad.key('ArrowDown', 0)).toBe(false);
    expect(keypad.key('Backspace', 0)).toBe(false);
  });
});

describe('a scanner', () => {
  const SCAN_MS = SCAN_GAP_MS - 10;

  test('opens the scanned car, whatever was typed before', () => {
    type('41', 300);
    clock.turn(300);
    type([...'P15360', 'Enter'], SCAN_MS);
    expect(opened).toEqual(['P15360']);
  });

  test('does not open a car that the number only begins like', () => {
    type([...'128414', 'Enter'], SCAN_MS);
    expect(opened).toEqual(['128414']);
  });

  test('a number the board does not have stays to be added', () => {
    type([...'128999', 'Enter'], SCAN_MS);
    expect(opened).toEqual([]);
    expect(keypad.text.value).toBe('128999');
  });

  test('its Enter presses nothing else, even where the number is unknown', () => {
    type('128999', SCAN_MS);
    expect(keypad.key('Enter', clock.now() + SCAN_MS)).toBe(true);
  });

  test('keys as slow as a hand are no scan', () => {
    type([...'99', ...'415', 'Enter'], SCAN_GAP_MS + 5);
    expect(opened).toEqual([]);
    expect(keypad.text.value).toBe('99415');
  });
});
