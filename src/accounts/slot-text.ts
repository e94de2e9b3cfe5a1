import type { KeptText } from '../claims/kept-account.js';
import type { SlotReading } from './ports.js';

/** What a slot held when it was read, as text: bytes become characters one by one, whatever they are. */
export interface SlotText extends Omit<SlotReading, 'bytes'> {
  readonly text: string;
  /** The text as it is kept already. */
  readonly kept?: KeptText;
}

/** A reading as text. */
export function slotText(reading: SlotReading): SlotText {
  const { slot, bytes, modifiedAtMs, expectedName, expectedKey, settled } = reading;
  return {
    slot,
    text: textOf(bytes),
    modifiedAtMs,
    ...(expectedName !== undefined && { expectedName }),
    ...(expectedKey !== undefined && { expectedKey }),
    ...(settled && { settled }),
  };
}

/** Bytes as characters, one by one, whatever they are. */
export function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
