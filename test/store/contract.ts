import { describe, expect, onTestFinished, test } from 'vitest';
import type { AccountStore } from '../../src/accounts/ports.js';
import { nowSeconds } from '../support/mint.js';
import { KeptListener } from './kept-listener.js';
import { mintTrusted } from './operator-directory.js';

/** How a kind of store is set up. */
export interface StoreKind {
  /** Whether what one store saved is there for the next one. */
  readonly durable: boolean;
  /** A new place, empty. */
  place(): Promise<StorePlace>;
}

/** One place that stores are opened on. */
export interface StorePlace {
  open(choices: { readonly readOnly: boolean }): AccountStore;
  /** What another program does to the place; only for durable stores. */
  readonly others?: OtherProgram;
}

/** Somebody else who works in the same place. */
export interface OtherProgram {
  put(key: string, name: string, text: string): Promise<void>;
  remove(key: string, name: string): Promise<void>;
}

/** What every account store does. */
export function describeStore(kindName: string, kind: StoreKind): void {
  const started = async (place: StorePlace, choices = { readOnly: false }) => {
    const listener = new KeptListener();
    const store = place.open(choices);
    onTestFinished(() => store.close());
    await store.start(listener);
    return { store, listener };
  };

  describe(`contract of an account store: ${kindName}`, () => {
    test('describes itself and says whether it is writable', async () => {
      const place = await kind.place();
      expect(place.open({ readOnly: false }).description).not.toBe('');
      expect(place.open({ readOnly: false }).writable).toBe(true);
    });

    test('an empty store starts, and tells the end of the first look', async () => {
      const { listener } = await started(await kind.place());
      expect(listener.texts.size).toBe(0);
      expect(listener.outages).toEqual([]);
      expect(listener.sweeps[0]).toMatchObject({ slots: 0, changed: 0 });
    });

    test('what is saved is reported before save resolves, byte for byte', async () => {
      const { store, listener } = await started(await kind.place());
      const account = mintTrusted({ name: 'APP' });
      await store.save(account);
      expect([...listener.texts.values()]).toEqual([account.text]);
    });

    test('a second save of an account takes the place of the first', async () => {
      const { store, listener } = await started(await kind.place());
      const first = mintTrusted({ name: 'APP', iat: nowSeconds() - 10 });
      const second = mintSame(first.accountKey);
      await store.save(first);
      await store.save(second);
      expect([...listener.texts.values()]).toEqual([second.text]);
    });

    test('accounts saved side by side are all kept', async () => {
      const { store, listener } = await started(await kind.place());
      const accounts = Array.from({ length: 20 }, (_, i) => mintTrusted({ name: `acc-${i}` }));
      await Promise.all(accounts.map((account) => store.save(account)));
      expect([...listener.texts.values()].sort()).toEqual(accounts.map(({ text }) => text).sort());
    });

    test('reread reports every account again, changed or not', async () => {
      const { store, listener } = await started(await kind.place());
      const accounts = [mintTrusted({ name: 'A' }), mintTrusted({ name: 'B' })];
      for (const account of accounts) await store.save(account);
      listener.calls.length = 0;
      listener.texts.clear();
      await store.reread();
      expect([...listener.texts.values()].sort()).toEqual(accounts.map(({ text }) => text).sort());
    });

    test('what is removed is reported as gone before remove resolves, and can be saved again', async () => {
      const { store, listener } = await started(await kind.place());
      const [goes, stays] = [mintTrusted({ name: 'GOES' }), mintTrusted({ name: 'STAYS' })];
      for (const account of [goes, stays]) await store.save(account);
      await store.remove(goes.accountKey);
      expect([...listener.texts.values()]).toEqual([stays.text]);
      await store.remove(stays.accountKey);
      expect(listener.texts.size).toBe(0);
      expect(listener.calls.filter((call) => call.startsWith('gone '))).toHaveLength(2);
      await store.reread();
      expect(listener.texts.size).toBe(0);
      expect(listener.outages).toEqual([]);
      await store.save(goes);
      expect([...listener.texts.values()]).toEqual([goes.text]);
    });

    test('removing an account that is not there is no error', async () => {
      const { store, listener } = await started(await kind.place());
      await store.save(mintTrusted({ name: 'STAYS' }));
      await store.remove(mintTrusted({ name: 'ABSENT' }).accountKey);
      expect(listener.texts.size).toBe(1);
    });

    test('after close nothing is reported any more', async () => {
      const { store, listener } = await started(await kind.place());
      await store.save(mintTrusted({ name: 'A' }));
      await store.close();
      const heard = listener.calls.length;
      await store.reread().catch(() => undefined);
      expect(listener.calls.length).toBe(heard);
    });

    test('a listener may ask for a reread while it is told something', async () => {
      const place = await kind.place();
      const { store } = await started(place);
      await store.save(mintTrusted({ name: 'A' }));
      const again = kind.durable ? place.open({ readOnly: true }) : store;
      onTestFinished(() => again.close());
      const listener = new KeptListener();
      let asked: Promise<void> | undefined;
      listener.verdict = () => {
        asked ??= again.reread();
        return 'accepted';
      };
      await again.start(listener);
      await asked;
      expect(listener.calls.filter((call) => call.startsWith('read ')).length).toBe(2);
    });

    if (kind.durable) describeDurable(kind, started);
  });
}

type Start = (
  place: StorePlace,
  choices?: { readonly readOnly: boolean },
) => Promise<{ store: AccountStore; listener: KeptListener }>;

function describeDurable(kind: StoreKind, started: Start): void {
  test('what one store saved the next one reads', async () => {
    const place = await kind.place();
    const { store } = await started(place);
    const account = mintTrusted({ name: 'APP' });
    await store.save(account);
    await store.close();
    const { listener } = await started(place, { readOnly: true });
    expect([...listener.texts.values()]).toEqual([account.text]);
  });

  test('what one store removed the next one does not read', async () => {
    const place = await kind.place();
    const { store } = await started(place);
    const [goes, stays] = [mintTrusted({ name: 'GOES' }), mintTrusted({ name: 'STAYS' })];
    for (const account of [goes, stays]) await store.save(account);
    await store.remove(goes.accountKey);
    await store.close();
    const { listener } = await started(place, { readOnly: true });
    expect([...listener.texts.values()]).toEqual([stays.text]);
  });

  test('what other programs write after a removal is reported', async () => {
    const place = await kind.place();
    const { store, listener } = await started(place);
    const account = mintTrusted({ name: 'APP' });
    await store.save(account);
    await store.remove(account.accountKey);
    await place.others?.put(account.accountKey, 'APP', account.text);
    await listener.until('it is back', () => [...listener.texts.values()].includes(account.text));
  });

  test('a read-only store refuses to save and to remove', async () => {
    const place = await kind.place();
    const { store, listener } = await started(place, { readOnly: true });
    expect(store.writable).toBe(false);
    await expect(store.save(mintTrusted())).rejects.toMatchObject({ code: 'store.read_only' });
    await expect(store.remove(mintTrusted().accountKey)).rejects.toMatchObject({ code: 'store.read_only' });
    expect(listener.texts.size).toBe(0);
  });

  test('what other programs write, change and remove is reported, each once', async () => {
    const place = await kind.place();
    if (place.others === undefined) throw new Error('a durable place can be reached by others');
    const [stays, comes] = [mintTrusted({ name: 'STAYS' }), mintTrusted({ name: 'COMES' })];
    await place.others.put(stays.accountKey, 'STAYS', stays.text);
    const { listener } = await started(place, { readOnly: true });
    const [slot] = [...listener.texts.keys()];
    expect(listener.calls.filter((call) => call !== 'operator' && call !== 'operator unreadable')).toEqual([
      `read ${slot}`,
    ]);

    await place.others.put(comes.accountKey, 'COMES', comes.text);
    await listener.until('the new account was read', () => [...listener.texts.values()].includes(comes.text));
    const newSlot = [...listener.texts.keys()].find((name) => name !== slot);
    const changed = mintSame(comes.accountKey, 'COMES').text;
    await place.others.put(comes.accountKey, 'COMES', changed);
    await listener.until('the change was read', () => listener.texts.get(newSlot ?? '') === changed);
    await place.others.remove(comes.accountKey, 'COMES');
    await listener.heard(`gone ${newSlot}`);
    expect(listener.texts.get(slot ?? '')).toBe(stays.text);
    expect(listener.count(`read ${slot}`)).toBe(1);
    expect(listener.outages).toEqual([]);
  });
}

/** Another token of an account, in the shape that a store saves. */
function mintSame(accountKey: string, name = 'APP'): ReturnType<typeof mintTrusted> {
  return mintTrusted({ name, claims: { sub: accountKey } });
}
