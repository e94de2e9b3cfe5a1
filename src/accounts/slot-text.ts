import type { SlotReading } from './ports.js';

/** What a slot held when it was read, as text: bytes become characters one by one, whatever they are. */
export interface SlotText extends Omit<SlotReading, 'bytes'> {
  readonly text: string;
}

/** A reading as text. */
export function slotText(reading: SlotReading): SlotText {
  const { slot, bytes, modifiedAtMs, expectedName, expectedKey, settled } = reading;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  // Written out: a hundred thousand of these are made at a start, and copies that leave one thing out are slow.
  return {
    slot,
    text,
    modifiedAtMs,
    ...(expectedName !== undefined && { expectedName }),
    ...(expectedKey !== undefined && { expectedKey }),
    ...(settled && { settled }),
  };
}
